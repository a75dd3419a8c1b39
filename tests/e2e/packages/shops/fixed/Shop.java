import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

/** Calls of a shop that has NICE's addresses in its code. */
class Shop {
    public static void main(String[] words) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        for (String address : List.of(
                "https://svc.niceapi.co.kr:22001/digital/niceid/oauth/oauth/token",
                "https://auth.niceid.co.kr/ido/intc/v1.0/auth/token")) {
            HttpRequest call = HttpRequest.newBuilder(URI.create(address))
                .POST(BodyPublishers.noBody()).build();
            System.out.println(client.send(call, BodyHandlers.discarding())
                .headers().firstValue("x-sandbox-fault").orElse("null"));
        }
    }
}
