import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A shop's server: it begins verifications, keeps each reqNo, and has results opened. */
public final class Server {
    private static final String SERVICE = setting("VERIFICATION", "http://127.0.0.1:8080");
    private static final String API_KEY = setting("RESULT_API_KEY", ""); // the sandbox needs none
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    private static final Map<String, String> KIT = Map.of(
        "popup.js", "text/javascript", "callback.js", "text/javascript",
        "callback.html", "text/html; charset=utf-8", "callback.css", "text/css");
    private static final Pattern SESSION = Pattern.compile("(?:^|; )shop=([0-9a-f]{32})(?:;|$)");
    private static final SecureRandom RANDOM = new SecureRandom();

    // Without HTTP/2's upgrade, which proxies trip over. It sends no POST twice: a result opens
    // once.
    private static final HttpClient CLIENT = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(2)).build();

    /** A shop has sessions of its own; these live as long as the program. */
    private static final Map<String, Map<String, String>> SESSIONS = new ConcurrentHashMap<>();

    private record Answer(int status, String body) {
        static Answer message(int status, String text) {
            return new Answer(status, "{\"message\":\"" + text + "\"}");
        }
    }

    private interface Route {
        Answer answer(HttpExchange exchange, String body) throws IOException, InterruptedException;
    }

    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(setting("PORT", "3000"));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/api/v1/member/getOAuthToken", posted(Server::begin));
        server.createContext("/verified", posted(Server::verified));
        server.createContext("/verification/", Server::kit);
        server.createContext("/", Server::page);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        System.out.println("http://localhost:" + port);
    }

    /** The popup kit calls this route as if it were the service. */
    private static Answer begin(HttpExchange exchange, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> response = call("getOAuthToken", body);
        if (response.statusCode() == 200) {
            String token = literal(response.body(), "token_version_id").orElseThrow();
            begunIn(exchange).put(token, literal(response.body(), "reqNo").orElseThrow());
            // Without it the kit can't tell the sandbox's window from NICE's.
            String window = response.headers().firstValue("x-nice-window-url").orElse("");
            exchange.getResponseHeaders().set("X-Nice-Window-Url", window);
        }
        return new Answer(response.statusCode(), response.body());
    }

    /** What came back through the browser is opened with the reqNo that did not. */
    private static Answer verified(HttpExchange exchange, String body)
            throws IOException, InterruptedException {
        String token = literal(body, "token_version_id").orElse("");
        String reqNo = begunIn(exchange).get(token);
        if (reqNo == null) {
            return Answer.message(403, "이 세션에서 시작한 본인인증이 아닙니다.");
        }
        HttpResponse<String> response = call("getVerificationResult", String.format(
            "{\"token_version_id\":%s,\"enc_data\":%s,\"integrity_value\":%s,\"reqNo\":%s}",
            token, literal(body, "enc_data").orElse("\"\""),
            literal(body, "integrity_value").orElse("\"\""), reqNo));
        // Here the shop stores the person. A live shop refuses the sandbox's people: sitecode,
        // responseno, ci, di begin with SANDBOX.
        String said = response.statusCode() == 200 ? "name" : "message";
        String value = literal(response.body(), said).orElse("\"\"");
        return new Answer(response.statusCode(), "{\"" + said + "\":" + value + "}");
    }

    private static HttpResponse<String> call(String path, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder()
            .uri(URI.create(SERVICE + "/v1/member/" + path))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .timeout(Duration.ofSeconds(10))
            .POST(BodyPublishers.ofString(body));
        if (!API_KEY.isEmpty()) {
            request.header("X-Api-Key", API_KEY);
        }
        HttpResponse<String> response =
            CLIENT.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
        String kind = response.headers().firstValue("content-type").orElse("");
        if (!kind.startsWith("application/json")) {
            throw new IOException("what answered isn't the service: " + response.statusCode());
        }
        return response;
    }

    /**
     * A text of a flat JSON object, in its quotes and still escaped: it goes into other JSON as it
     * stands. The JDK reads no JSON; a shop has Jackson, or what its framework brings.
     */
    private static Optional<String> literal(String json, String name) {
        Pattern field = Pattern.compile('"' + name + "\"\\s*:\\s*(\"(?:[^\"\\\\]|\\\\.)*+\")");
        Matcher found = field.matcher(json);
        return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }

    /** What this session began, reqNo by token_version_id: two tabs are two verifications. */
    private static Map<String, String> begunIn(HttpExchange exchange) {
        String id = Stream.ofNullable(exchange.getRequestHeaders().getFirst("Cookie"))
            .map(SESSION::matcher).filter(Matcher::find).map(found -> found.group(1))
            .findFirst().orElseGet(() -> newSession(exchange));
        return SESSIONS.computeIfAbsent(id, unknown -> Collections.synchronizedMap(new Few()));
    }

    private static String newSession(HttpExchange exchange) {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        String id = HexFormat.of().formatHex(bytes);
        exchange.getResponseHeaders()
            .add("Set-Cookie", "shop=" + id + "; Path=/; HttpOnly; SameSite=Lax");
        return id;
    }

    /** The eight that came last. */
    private static final class Few extends LinkedHashMap<String, String> {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > 8;
        }
    }

    private static HttpHandler posted(Route route) {
        return exchange -> {
            String path = exchange.getHttpContext().getPath(); // of all that begins with it
            if (!exchange.getRequestMethod().equals("POST")
                    || !exchange.getRequestURI().getPath().equals(path)) {
                refuse(exchange);
                return;
            }
            Answer answer;
            try {
                byte[] body = exchange.getRequestBody().readNBytes(1 << 16);
                answer = route.answer(exchange, new String(body, StandardCharsets.UTF_8));
            } catch (IOException unreachable) {
                answer = Answer.message(502, "본인인증 서비스에 연결할 수 없습니다.");
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
                answer = Answer.message(503, "서버가 종료되는 중입니다.");
            }
            send(exchange, answer.status(), "application/json",
                answer.body().getBytes(StandardCharsets.UTF_8));
        };
    }

    /** The kit, and its callback page: NICE returns to the origin of the shop's page. */
    private static void kit(HttpExchange exchange) throws IOException {
        String name = exchange.getRequestURI().getPath().substring("/verification/".length());
        if (!KIT.containsKey(name)) {
            refuse(exchange);
            return;
        }
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Security-Policy", POLICY);
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cache-Control", "no-store");
        Path file = Path.of("../../clients/popup", name);
        send(exchange, 200, KIT.get(name), Files.readAllBytes(file));
    }

    private static void page(HttpExchange exchange) throws IOException {
        if (exchange.getRequestURI().getPath().equals("/")) {
            byte[] page = Files.readAllBytes(Path.of("../index.html"));
            send(exchange, 200, "text/html; charset=utf-8", page);
        } else {
            refuse(exchange);
        }
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body)
            throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static void refuse(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(404, -1);
        }
    }

    private static String setting(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isBlank() ? otherwise : value;
    }
}
