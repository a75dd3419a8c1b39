import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * NICE평가정보's identity verification (본인인증) as a part of a test. Nothing in it is real.
 *
 * <p>It starts the program {@code nice-sandbox} on a free port: the one that the environment
 * variable NICE_SANDBOX or the property {@code nice.sandbox} names, else that of the PATH. It
 * ends by {@link #close}, and with this JVM, even if that is killed. Java 11, nothing else; copy
 * the file into your tests. Calls may come from several threads.
 *
 * <pre>{@code
 * static final NiceSandbox nice = NiceSandbox.start();
 *
 * @AfterAll
 * static void stop() { nice.close(); }
 *
 * @Test
 * void aChildIsToldToAskAParent() {
 *     Shop shop = new Shop(nice.baseUrl(), nice.clientId(), nice.clientSecret());
 *     NiceSandbox.Back back = nice.verify(shop.begin(), "minor14", "success", Map.of());
 *     assertTrue(shop.finish(back.values).needsGuardian());
 * }
 * }</pre>
 */
public final class NiceSandbox implements AutoCloseable {
    private static final int LINES = 1000;
    private static final String FORM = "application/x-www-form-urlencoded";

    private final HttpClient http = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .proxy(HttpClient.Builder.NO_PROXY)
        .followRedirects(HttpClient.Redirect.NEVER)
        .build();
    private final Process process;
    private final Thread reader;
    private final Deque<String> log = new ArrayDeque<>();
    private final Map<String, Object> told;
    private final Faults faults = new Faults();

    /** Starts it. */
    public static NiceSandbox start() {
        return start(Map.of());
    }

    /**
     * Starts it with variables of the program, such as SANDBOX_CLIENT_ID, SANDBOX_PERIOD or
     * RUST_LOG, and with these words, such as {@code --auto-approve=minor14}.
     */
    public static NiceSandbox start(Map<String, String> settings, String... words) {
        try {
            return new NiceSandbox(settings, words);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private NiceSandbox(Map<String, String> settings, String... words) throws IOException {
        String named = System.getenv().getOrDefault("NICE_SANDBOX", "nice-sandbox");
        List<String> command = new ArrayList<>(List.of(
            System.getProperty("nice.sandbox", named),
            "--bind", "127.0.0.1:0", "--greeting", "json", "--until-stdin-closes"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // A BIND of the shop's own would be another program's.
        builder.environment().keySet().removeAll(List.of("BIND", "LOG_FORMAT", "RUST_LOG"));
        builder.environment().putAll(settings);
        process = builder.start();
        BufferedReader lines = new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String first = lines.readLine();
        if (first == null || !first.startsWith("{")) {
            StringBuilder message = new StringBuilder(String.valueOf(first));
            lines.lines().forEach(line -> message.append('\n').append(line));
            throw new IOException(message.toString());
        }
        told = Json.object(first);
        // A full pipe would stop it.
        reader = new Thread(() -> keep(lines), "nice-sandbox");
        reader.setDaemon(true);
        reader.start();
    }

    private void keep(BufferedReader lines) {
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (log) {
                    log.addLast(line);
                    if (log.size() > LINES) {
                        log.removeFirst();
                    }
                }
            }
        } catch (IOException closed) {
            // It has ended.
        }
    }

    /** In the place of NICE's own: the only change in a client of NICE. */
    public String baseUrl() {
        return (String) told.get("base_url");
    }

    /** Where the standard window's form goes. */
    public String windowUrl() {
        return (String) told.get("window_url");
    }

    public String clientId() {
        return (String) told.get("client_id");
    }

    public String clientSecret() {
        return (String) told.get("client_secret");
    }

    public String productId() {
        return (String) told.get("product_id");
    }

    public String institutionToken() {
        return (String) told.get("institution_token");
    }

    /** Client id for 통합인증, NICE's newer API. */
    public String integratedClientId() {
        return (String) Json.map(told.get("integrated")).get("client_id");
    }

    /** Client secret for 통합인증. */
    public String integratedClientSecret() {
        return (String) Json.map(told.get("integrated")).get("client_secret");
    }

    /** Who lives here; {@code persona} of {@link #verify} is the {@code name} of one. */
    public List<Map<String, Object>> personas() {
        return Json.maps(Json.read(ask("GET", baseUrl() + "/sandbox/api/personas", null).body()));
    }

    /** NICE on a bad day. */
    public Faults faults() {
        return faults;
    }

    /** Its log, the last lines: what it has refused, and why. */
    public List<String> log() {
        synchronized (log) {
            return new ArrayList<>(log);
        }
    }

    /** Plays the browser for 홍길동, who is verified. */
    public Back verify(Map<String, String> window) {
        return verify(window, "hong", "success", Map.of());
    }

    /**
     * Plays the browser: through the standard window as this person, and back. Nothing is sent
     * to the shop; what the browser would bring is in the answer.
     *
     * @param window {@code token_version_id}, {@code enc_data}, {@code integrity_value}
     * @param outcome success, fail, cancel, double, late, tamper_enc, …, or a code of the window
     * @param fields replace those of the result: name, birthdate, ci, …
     * @throws Refused if the window does not open
     */
    public Back verify(Map<String, String> window, String persona, String outcome,
                       Map<String, String> fields) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("m", "service");
        for (String name : List.of("token_version_id", "enc_data", "integrity_value")) {
            if (window.containsKey(name)) {
                form.put(name, window.get(name));
            }
        }
        form.putAll(choices(persona, outcome, fields));
        return back(ask("POST", windowUrl(), query(form), "Content-Type", FORM));
    }

    /** The same at 통합인증's {@code auth_url}. */
    public Back verify(String authUrl, String persona, String outcome,
                       Map<String, String> fields) {
        String separator = authUrl.contains("?") ? "&" : "?";
        return back(ask("GET", authUrl + separator + query(choices(persona, outcome, fields)), null));
    }

    /** Ends it; a second time does nothing. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            process.waitFor();
            reader.join();
        } catch (IOException error) {
            process.destroyForcibly();
        } catch (InterruptedException error) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static Map<String, String> choices(String persona, String outcome,
                                               Map<String, String> fields) {
        Map<String, String> choices = new LinkedHashMap<>();
        choices.put("sandbox_persona", persona);
        choices.put("sandbox_outcome", outcome);
        fields.forEach((name, value) -> choices.put("sandbox_" + name, value));
        return choices;
    }

    private static Back back(HttpResponse<String> answer) {
        Map<String, Object> told = Json.object(answer.body());
        if (told.containsKey("fault")) {
            throw new Refused(told);
        }
        return new Back(told, answer.headers().firstValue("x-sandbox-notice").orElse(""));
    }

    private HttpResponse<String> ask(String method, String url, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
            .header("Accept", "application/json")
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(error);
        }
    }

    private static String query(Map<String, String> values) {
        List<String> pairs = new ArrayList<>();
        values.forEach((name, value) -> pairs.add(escaped(name) + "=" + escaped(value)));
        return String.join("&", pairs);
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** How the browser came back to the shop. */
    public static final class Back {
        /** False: nobody came back. The person gave up, or the window has failed. */
        public final boolean returned;
        /** GET, or POST with {@link #values} as its form; empty if nobody came back. */
        public final String method;
        /** Where to: {@code returnurl}, by GET with the values behind it. */
        public final String url;
        /** The three sealed values; of 통합인증 the {@code web_transaction_id}. */
        public final Map<String, String> values;
        /** 2: the browser comes twice. */
        public final int times;
        /** The window's failure, or null. */
        public final String code;
        /** What NICE takes, but may not do as meant: a misspelt field, differing origins, … */
        public final List<String> notices;

        private Back(Map<String, Object> told, String notices) {
            returned = (Boolean) told.get("returned");
            method = (String) told.getOrDefault("method", "");
            url = (String) told.getOrDefault("url", "");
            Map<String, String> texts = new LinkedHashMap<>();
            Json.map(told.getOrDefault("values", Map.of()))
                .forEach((name, value) -> texts.put(name, (String) value));
            values = Collections.unmodifiableMap(texts);
            times = ((Number) told.getOrDefault("times", 1)).intValue();
            code = (String) told.get("code");
            this.notices = notices.isEmpty() ? List.of() : List.of(notices.split(", "));
        }
    }

    /** The window does not open; the message tells what is wrong and how to fix it. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;
        /** The name of the mistake. */
        public final String fault;

        private Refused(Map<String, Object> told) {
            super(message(told));
            fault = (String) told.get("fault");
        }

        private static String message(Map<String, Object> told) {
            List<Map<String, Object>> texts = new ArrayList<>();
            texts.add(Json.map(told.get("title")));
            texts.addAll(Json.maps(told.get("wrong")));
            texts.add(Json.map(told.get("fix")));
            StringBuilder message = new StringBuilder(String.valueOf(told.get("fault")));
            for (Map<String, Object> text : texts) {
                message.append("\n  ").append(text.get("ko")).append("\n  ").append(text.get("en"));
            }
            return message.toString();
        }
    }

    /** Switches faults on and off, as {@code /sandbox/faults} does by hand. */
    public final class Faults {
        private Faults() {}

        /** One more, until {@link #clear}. */
        public void on(String call, String fault) {
            add(Json.text(call), Json.text(fault), "null");
        }

        /**
         * One more, for so many calls.
         *
         * @param call institution_token, revoke or crypto_token; of 통합인증 access_token,
         *     auth_url or auth_result
         * @param fault a name of the catalogue, such as gw_1702
         */
        public void on(String call, String fault, int times) {
            add(Json.text(call), Json.text(fault), String.valueOf(times));
        }

        /** All off. */
        public void clear() {
            checked(ask("DELETE", url(), null));
        }

        /** All that there are, with what each stands for and what a client ought to do. */
        public List<Map<String, Object>> catalogue() {
            return Json.maps(Json.object(checked(ask("GET", url(), null))).get("catalogue"));
        }

        private void add(String call, String fault, String times) {
            List<String> entries = new ArrayList<>();
            String listing = checked(ask("GET", url(), null));
            for (Map<String, Object> on : Json.maps(Json.object(listing).get("active"))) {
                entries.add(Json.text(on));
            }
            entries.add("{\"call\":" + call + ",\"fault\":" + fault + ",\"times\":" + times + "}");
            checked(ask("PUT", url(), "[" + String.join(",", entries) + "]",
                "Content-Type", "application/json"));
        }

        private String url() {
            return baseUrl() + "/sandbox/api/faults";
        }

        private String checked(HttpResponse<String> answer) {
            if (answer.statusCode() >= 400) {
                throw new IllegalArgumentException(
                    (String) Json.object(answer.body()).get("message"));
            }
            return answer.body();
        }
    }

    /** As much of JSON as the sandbox speaks; the JDK has none. */
    private static final class Json {
        private final String text;
        private int at;

        private Json(String text) {
            this.text = text;
        }

        static Object read(String text) {
            return new Json(text).value();
        }

        static Map<String, Object> object(String text) {
            return map(read(text));
        }

        @SuppressWarnings("unchecked")
        static Map<String, Object> map(Object value) {
            return (Map<String, Object>) value;
        }

        @SuppressWarnings("unchecked")
        static List<Map<String, Object>> maps(Object value) {
            return (List<Map<String, Object>>) value;
        }

        static String text(Object value) {
            if (value instanceof Map) {
                List<String> members = new ArrayList<>();
                map(value).forEach((name, one) -> members.add(text(name) + ":" + text(one)));
                return "{" + String.join(",", members) + "}";
            }
            if (value instanceof String) {
                return "\"" + ((String) value).replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
            }
            if (value instanceof Double && (Double) value % 1 == 0) {
                return String.valueOf(((Double) value).longValue());
            }
            return String.valueOf(value);
        }

        private Object value() {
            char c = next();
            switch (c) {
                case '{': return members();
                case '[': return elements();
                case '"': return string();
                case 't': at += 3; return true;
                case 'f': at += 4; return false;
                case 'n': at += 3; return null;
                default: return number();
            }
        }

        private char next() {
            while (Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            return text.charAt(at++);
        }

        private Map<String, Object> members() {
            Map<String, Object> map = new LinkedHashMap<>();
            for (char c = next(); c != '}'; c = next()) {
                if (c == '"') {
                    String name = string();
                    next();
                    map.put(name, value());
                }
            }
            return map;
        }

        private List<Object> elements() {
            List<Object> list = new ArrayList<>();
            for (char c = next(); c != ']'; c = next()) {
                if (c != ',') {
                    at--;
                    list.add(value());
                }
            }
            return list;
        }

        private String string() {
            StringBuilder read = new StringBuilder();
            for (char c = text.charAt(at++); c != '"'; c = text.charAt(at++)) {
                read.append(c == '\\' ? escape() : c);
            }
            return read.toString();
        }

        private char escape() {
            char c = text.charAt(at++);
            switch (c) {
                case 'n': return '\n';
                case 't': return '\t';
                case 'r': return '\r';
                case 'b': return '\b';
                case 'f': return '\f';
                case 'u':
                    at += 4;
                    return (char) Integer.parseInt(text.substring(at - 4, at), 16);
                default: return c;
            }
        }

        private Number number() {
            int from = at - 1;
            while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            return Double.valueOf(text.substring(from, at));
        }
    }
}
