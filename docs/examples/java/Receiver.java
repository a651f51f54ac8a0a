import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Is told what happens (Standard Webhooks 1.0): JDK ≥ 17 and nothing else.
 *
 * <pre>
 * java Receiver.java 8430
 * </pre>
 *
 * TRIEN_WEBHOOK_SECRET is what {@code trien webhook add} showed. The web server in front ends TLS and passes messages on.
 */
public class Receiver {
    private static final int MAX_BODY = 65536;
    private static final Duration TOLERANCE = Duration.ofMinutes(5);
    /** What was told, a file for each message; a table with the message's id as its key does the same. */
    private static final Path INBOX = Path.of("inbox");

    private final SecretKeySpec secret;

    Receiver(String secret) {
        var bytes = Base64.getDecoder().decode(secret.replaceFirst("^whsec_", ""));
        this.secret = new SecretKeySpec(bytes, "HmacSHA256");
    }

    public static void main(String[] words) throws IOException {
        Files.createDirectories(INBOX);
        var receiver = new Receiver(System.getenv("TRIEN_WEBHOOK_SECRET"));
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(words[0])), 0);
        server.createContext("/", receiver::receive);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.start();
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
            var id = header(exchange, "webhook-id");
            // The signature is over these very bytes: nothing may parse and write them anew before.
            if (body.length > MAX_BODY || !isGenuine(exchange, id, body)) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            boolean isNew = keep(id, body);
            // Taken as soon as it is kept; the work comes afterwards, since the sender waits ten seconds only.
            exchange.sendResponseHeaders(204, -1);
            // Here a queue of yours would take it on: `request.completed` has the signed document fetched, as Trien.java does.
            if (isNew) System.out.println(new String(body, StandardCharsets.UTF_8));
        }
    }

    private boolean isGenuine(HttpExchange exchange, String id, byte[] body) {
        try {
            var timestamp = header(exchange, "webhook-timestamp");
            var signed = Instant.ofEpochSecond(Long.parseLong(timestamp));
            if (Duration.between(signed, Instant.now()).abs().compareTo(TOLERANCE) > 0) return false;
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(secret);
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            var expected = mac.doFinal(body);
            // For a day after the secret was renewed, two signatures come: one by each.
            for (var signature : header(exchange, "webhook-signature").split(" ")) {
                // Constant time: how long a refusal takes must not tell how much was right.
                if (signature.startsWith("v1,") && MessageDigest.isEqual(expected, Base64.getDecoder().decode(signature.substring(3)))) {
                    return true;
                }
            }
            return false;
        } catch (IllegalArgumentException | java.time.DateTimeException malformed) {
            return false;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Whether it is new: messages come more than once, and a link is made once. What was cut off is not taken for kept. */
    private static boolean keep(String id, byte[] body) throws IOException {
        var written = Files.createTempFile(INBOX, "new", "");
        try (var file = FileChannel.open(written, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(body));
            file.force(true);
        }
        try {
            Files.createLink(INBOX.resolve(id + ".json"), written);
            return true;
        } catch (FileAlreadyExistsException known) {
            return false;
        } finally {
            Files.delete(written);
        }
    }

    private static String header(HttpExchange exchange, String name) {
        var value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }
}
