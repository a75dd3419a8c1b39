import memberverification.ApiClient;
import memberverification.ApiException;
import memberverification.api.MemberApi;
import memberverification.model.Response;
import memberverification.model.VerificationMakeKeyRequest;

public class Example {
    public static void main(String[] args) throws Exception {
        var host = System.getenv().getOrDefault("SERVICE_API", "http://127.0.0.1:8080/api/member");
        var client = new ApiClient();
        client.updateBaseUri(host);
        var request = new VerificationMakeKeyRequest().authtype("M").returnurl(args.length > 0 ? args[0] : null);
        try {
            var answer = new MemberApi(client).getOAuthTokenWithHttpInfo(request, null);
            System.out.println("begun: " + answer.getData().getReqNo() + " " + answer.getHeaders().get("x-nice-window-url"));
        } catch (ApiException refused) {
            var envelope = client.getObjectMapper().readValue(refused.getResponseBody(), Response.class);
            System.out.println("refused: " + refused.getCode() + " " + envelope.getPayload() + " " + envelope.getMessage());
            envelope.getErrors().forEach(mistake -> System.out.println("- " + mistake.getField() + ": " + mistake.getMessage()));
        }
    }
}
