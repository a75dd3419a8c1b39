import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.Charset;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A shop that speaks to NICE itself, as NICE's guide tells. */
final class Shop {
    private final NiceSandbox nice;
    private String digest;

    Shop(NiceSandbox nice) {
        this.nice = nice;
    }

    Map<String, String> begin() throws Exception {
        String time = "20260115010203";
        String number = "REQ1";
        String who = nice.institutionToken() + ":" + Instant.now().getEpochSecond() + ":"
            + nice.clientId();
        String answer = call("/digital/niceid/api/v1.0/common/crypto/token",
            "{\"dataHeader\":{\"CNTY_CD\":\"ko\"},\"dataBody\":{\"req_dtim\":\"" + time
                + "\",\"req_no\":\"" + number + "\",\"enc_mode\":\"1\"}}",
            "Authorization", "bearer " + Base64.getEncoder().encodeToString(who.getBytes()),
            "ProductID", nice.productId());
        if (!field(answer, "GW_RSLT_CD").equals("1200")) {
            throw new IllegalStateException(answer);
        }
        String material = time + number + field(answer, "token_val");
        digest = Base64.getEncoder().encodeToString(
            MessageDigest.getInstance("SHA-256").digest(material.getBytes()));
        String request = "{\"requestno\":\"R1\",\"returnurl\":\"https://shop.example/back\","
            + "\"sitecode\":\"" + field(answer, "site_code") + "\",\"methodtype\":\"get\"}";
        String sealed = Base64.getEncoder().encodeToString(
            cipher(Cipher.ENCRYPT_MODE).doFinal(request.getBytes()));
        Map<String, String> window = new HashMap<>();
        window.put("token_version_id", field(answer, "token_version_id"));
        window.put("enc_data", sealed);
        window.put("integrity_value", integrity(sealed));
        return window;
    }

    /** The person, as JSON. */
    String finish(Map<String, String> values) throws Exception {
        String sealed = values.get("enc_data");
        if (!integrity(sealed).equals(values.get("integrity_value"))) {
            throw new IllegalStateException("integrity");
        }
        byte[] plain = cipher(Cipher.DECRYPT_MODE).doFinal(Base64.getDecoder().decode(sealed));
        return new String(plain, Charset.forName("MS949"));
    }

    /** Of 통합인증: what the browser opens. */
    String authUrl() throws Exception {
        String who = nice.integratedClientId() + ":" + nice.integratedClientSecret();
        String number = "SHOP" + Instant.now().toEpochMilli() + "000000000000";
        String token = call("/ido/intc/v1.0/auth/token",
            "{\"grant_type\":\"client_credentials\",\"request_no\":\"" + number + "\"}",
            "Authorization", "Basic "
                + Base64.getUrlEncoder().withoutPadding().encodeToString(who.getBytes()));
        String begun = call("/ido/intc/v1.0/auth/url",
            "{\"request_no\":\"" + number + "\",\"svc_types\":[\"M\"],"
                + "\"return_url\":\"https://shop.example/back\"}",
            "Authorization", "Bearer " + field(token, "access_token"));
        return field(begun, "auth_url");
    }

    private String call(String path, String body, String... headers) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(nice.baseUrl() + path))
            .header("Content-Type", "application/json")
            .headers(headers)
            .POST(BodyPublishers.ofString(body))
            .build();
        HttpClient client = HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).build();
        return new String(client.send(request, BodyHandlers.ofByteArray()).body(), "UTF-8");
    }

    private static String field(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        if (!found.find()) {
            throw new IllegalStateException(name + ": " + json);
        }
        return found.group(1);
    }

    private Cipher cipher(int mode) throws Exception {
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(mode, new SecretKeySpec(digest.substring(0, 16).getBytes(), "AES"),
            new IvParameterSpec(digest.substring(digest.length() - 16).getBytes()));
        return cipher;
    }

    private String integrity(String sealed) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(digest.substring(0, 32).getBytes(), "HmacSHA256"));
        return Base64.getEncoder().encodeToString(mac.doFinal(sealed.getBytes()));
    }
}
