import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.StreamSupport;

/**
 * Has documents signed: JDK ≥ 17, and Gson for JSON.
 *
 * <pre>
 * java -cp gson.jar Trien.java submit ID FILE.pdf SIGNER SUBJECT   queues a document and prints the request; ID is your own for it
 * java -cp gson.jar Trien.java follow                              prints what happens, and fetches what is completed
 * java -cp gson.jar Trien.java fetch REQUEST                       the signed document and its evidence
 * java -cp gson.jar Trien.java recall REQUEST WHY                  takes a request back
 * </pre>
 *
 * TRIEN_SERVER, TRIEN_UNIT and TRIEN_API_KEY say where, for which unit and as whom. With TRIEN_CLIENT_ID, the key's id,
 * the key is changed for a token of some minutes (OAuth2).
 */
public class Trien {
    private static final int[] PAUSES = {1, 2, 4, 8, 16, 32};
    private static final Set<Integer> MAY_PASS = Set.of(429, 502, 503, 504);

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final String api;
    private final String key;
    private final String client;
    private String token;
    private Instant expires = Instant.MIN;

    Trien(String server, String key, String client) {
        this.api = server.replaceAll("/$", "") + "/api/v1/";
        this.key = key;
        this.client = client;
    }

    public static void main(String[] words) throws Exception {
        var env = System.getenv();
        var trien = new Trien(env.get("TRIEN_SERVER"), env.get("TRIEN_API_KEY"), env.get("TRIEN_CLIENT_ID"));
        try {
            switch (words[0]) {
                case "submit" -> System.out.println(
                        trien.submit(words[1], env.get("TRIEN_UNIT"), Path.of(words[2]), words[3], words[4]));
                case "follow" -> trien.follow(Duration.ofSeconds(Long.parseLong(env.getOrDefault("TRIEN_INTERVAL", "5"))));
                case "fetch" -> trien.fetch(words[1]);
                case "recall" -> trien.recall(words[1], words[2]);
                default -> throw new IllegalArgumentException("submit, follow, fetch or recall?");
            }
        } catch (Refused refused) {
            System.err.println(refused.kind.equals("request-ended") ? "too late: it was decided already" : refused.getMessage());
            System.exit(1);
        }
    }

    String submit(String id, String unit, Path pdf, String signer, String subject) throws Exception {
        var people = json(ask(get("people?unit=" + encoded(unit)))).getAsJsonArray();
        var found = StreamSupport.stream(people.spliterator(), false).map(JsonElement::getAsJsonObject)
                .filter(one -> text(one, "name").equals(signer)).map(one -> text(one, "id")).toList();
        if (found.size() != 1) throw new IllegalArgumentException("not exactly one person is called " + signer);
        var digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(pdf));
        var request = Map.of(
                "unit", unit,
                "classification", "open",
                "sha256", HexFormat.of().formatHex(digest),
                "metadata", Map.of("subject", subject, "kind", "Quyết định", "issuer", "UBND xã Mây Ngàn"),
                "steps", List.of(Map.of("role", "approve", "signers", List.of(Map.of("person", found.get(0))))));
        var boundary = UUID.randomUUID().toString();
        // The same key for the same paper, however often this runs: it is queued once.
        var submission = HttpRequest.newBuilder(URI.create(api + "requests")).header("Idempotency-Key", id)
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(parts(boundary, new Gson().toJson(request), pdf));
        return text(json(ask(submission)), "request");
    }

    private static BodyPublisher parts(String boundary, String request, Path pdf) throws IOException {
        var name = pdf.getFileName().toString().replace("\"", "%22");
        var head = """
                --%1$s\r
                Content-Disposition: form-data; name="request"\r
                Content-Type: application/json\r
                \r
                %2$s\r
                --%1$s\r
                Content-Disposition: form-data; name="document"; filename="%3$s"\r
                Content-Type: application/pdf\r
                \r
                """.formatted(boundary, request, name);
        var end = "\r\n--" + boundary + "--\r\n";
        return BodyPublishers.concat(BodyPublishers.ofString(head), BodyPublishers.ofFile(pdf), BodyPublishers.ofString(end));
    }

    /** Goes on where it was when it last ran. */
    void follow(Duration interval) throws Exception {
        var kept = Path.of("cursor");
        var cursor = Files.exists(kept) ? Files.readString(kept).strip() : "0";
        String tag = null;
        while (true) {
            var question = get("changes?cursor=" + cursor);
            if (tag != null) question.header("If-None-Match", tag);
            var answer = ask(question);
            // While nothing happens the answer is 304, without a body.
            var page = answer.statusCode() == 304 ? null : json(answer).getAsJsonObject();
            if (page == null || page.getAsJsonArray("changes").isEmpty()) {
                tag = answer.headers().firstValue("ETag").orElse(null);
                Thread.sleep(interval.toMillis());
                continue;
            }
            for (var change : page.getAsJsonArray("changes")) heed(text(change, "outcome"), text(change, "request"));
            // Kept only now: what was not dealt with is read again.
            cursor = text(page, "cursor");
            tag = null;
            var written = Files.writeString(Path.of("cursor.new"), cursor);
            Files.move(written, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Acts on a change; names that are not known yet are only shown. */
    private void heed(String outcome, String request) throws Exception {
        System.out.println(outcome + " " + request);
        switch (outcome) {
            case "completed" -> fetch(request);
            case "rejected", "returned" -> {
                var decisions = decisions(request);
                var last = decisions.get(decisions.size() - 1);
                System.out.println(text(last.get("person"), "name") + ": " + text(last, "reason"));
            }
            default -> { }
        }
    }

    void fetch(String request) throws Exception {
        Files.write(Path.of(request + ".signed.pdf"), ask(get("requests/" + request + "/document")).body());
        for (var decision : decisions(request)) {
            var digest = text(decision, "decision");
            var evidence = ask(get("requests/" + request + "/evidence/" + digest)).body();
            Files.write(Path.of(request + "." + digest + ".evidence"), evidence);
        }
    }

    private List<JsonObject> decisions(String request) throws Exception {
        var all = new ArrayList<JsonObject>();
        json(ask(get("requests/" + request + "/decisions"))).getAsJsonArray().forEach(one -> all.add(one.getAsJsonObject()));
        return all;
    }

    void recall(String request, String why) throws Exception {
        var body = BodyPublishers.ofString(new Gson().toJson(Map.of("why", why)));
        ask(HttpRequest.newBuilder(URI.create(api + "requests/" + request + "/recall"))
                .header("Content-Type", "application/json").POST(body));
    }

    private HttpRequest.Builder get(String path) {
        return HttpRequest.newBuilder(URI.create(api + path));
    }

    /** Asks again where that may help (429, 503, no answer): every call here may be repeated. */
    private HttpResponse<byte[]> ask(HttpRequest.Builder question) throws IOException, InterruptedException {
        for (int attempt = 0; ; attempt++) {
            boolean last = attempt == PAUSES.length;
            long pause = last ? 0 : PAUSES[attempt];
            try {
                question.setHeader("Authorization", "Bearer " + credential()).timeout(Duration.ofSeconds(60));
                var answer = http.send(question.build(), BodyHandlers.ofByteArray());
                if (answer.statusCode() < 400) return answer;
                if (last || !MAY_PASS.contains(answer.statusCode())) throw new Refused(answer);
                var asked = answer.headers().firstValue("Retry-After").filter(it -> it.matches("\\d{1,6}"));
                pause = Math.max(pause, asked.map(Long::parseLong).orElse(0L));
            } catch (IOException failed) {
                if (last) throw failed;
            }
            Thread.sleep(Duration.ofSeconds(pause).toMillis());
        }
    }

    /** The key itself, or a token for it (OAuth2 client credentials, RFC 6749 §4.4). */
    private String credential() throws IOException, InterruptedException {
        if (client == null) return key;
        if (Instant.now().isAfter(expires)) {
            var basic = Base64.getEncoder().encodeToString((client + ":" + key).getBytes(StandardCharsets.UTF_8));
            var answer = http.send(HttpRequest.newBuilder(URI.create(api + "oauth/token")).timeout(Duration.ofSeconds(60))
                    .header("Authorization", "Basic " + basic).header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString("grant_type=client_credentials")).build(), BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) throw new IOException("no token: status " + answer.statusCode());
            token = text(json(answer), "access_token");
            expires = Instant.now().plusSeconds(Long.parseLong(text(json(answer), "expires_in")) - 60);
        }
        return token;
    }

    private static JsonElement json(HttpResponse<byte[]> answer) {
        return JsonParser.parseString(new String(answer.body(), StandardCharsets.UTF_8));
    }

    private static String text(JsonElement object, String name) {
        return object.getAsJsonObject().get(name).getAsString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** A problem document (RFC 9457): programs go by {@code kind}, people read the rest. */
    static class Refused extends RuntimeException {
        final String kind;

        Refused(HttpResponse<byte[]> answer) {
            this(answer, answer.headers().firstValue("Content-Type").orElse("").equals("application/problem+json"));
        }

        private Refused(HttpResponse<byte[]> answer, boolean problem) {
            super(problem
                    ? text(json(answer), "type") + ": " + text(json(answer), "title") + " " + text(json(answer), "detail")
                    : "status " + answer.statusCode() + ", and no problem document");
            kind = problem ? text(json(answer), "type").replace("urn:trien:problem:", "") : "";
        }
    }
}
