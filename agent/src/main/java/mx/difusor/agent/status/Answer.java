package mx.difusor.agent.status;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.model.Digest;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * What goes back to the client. Every answer, errors included, leaves through {@link #send} with the same security
 * headers. */
final class Answer {

    /** Nothing from elsewhere, nothing inline, no frames, no forms. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; "
            + "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /**
     * RFC 6797. A month, not a year, and this name alone: browsers hold it against every port of the name, the public
     * site's included.
     */
    private static final String STRICT_TRANSPORT = "max-age=2592000";

    private static final int NOT_MODIFIED = 304;
    private static final String ETAG = "ETag";
    private static final int ETAG_DIGITS = 32;

    private final int status;
    private final String contentType;
    private final byte[] body;
    private final Map<String, String> headers;

    /**
     * @param body sent as it is; not changed by anybody any more
     * @param headers beside the usual ones, which they replace
     */
    Answer(int status, String contentType, byte[] body, Map<String, String> headers) {
        this.status = status;
        this.contentType = contentType;
        this.body = body;
        this.headers = Map.copyOf(headers);
    }

    static Answer word(int status, String word) {
        return new Answer(
                status, "text/plain; charset=utf-8", (word + "\n").getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** @param value what {@link Json#bytes} takes */
    static Answer json(int status, Object value) {
        return new Answer(status, "application/json", Json.bytes(value), Map.of());
    }

    /**
     * @param error what happened, without a file's path or a stack trace
     * @param cure what the client can do about it
     */
    static Answer error(int status, String error, String cure) {
        return error(status, error, cure, null);
    }

    /** @param code stable, of a failing machine */
    static Answer error(int status, String error, String cure, @Nullable String code) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("error", error);
        fields.put("cure", cure);
        if (code != null) {
            fields.put("code", code);
        }
        return json(status, fields);
    }

    static Answer html(String page) {
        return new Answer(200, "text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    Answer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(status, contentType, body, more);
    }

    /** A client may keep it, and asks each time whether it is still the same: answered with 304 and no body. */
    Answer revalidated() {
        return with("Cache-Control", "private, no-cache")
                .with(ETAG, '"' + Digest.ofContent(body).hex().substring(0, ETAG_DIGITS) + '"');
    }

    /** RFC 9110, 13.1.2; weak validators are not made here, so plain equality serves. */
    private boolean isKnownTo(Request request) {
        String etag = headers.get(ETAG);
        String known = request.getHeaders().get("If-None-Match");
        return etag != null
                && known != null
                && List.of(known.split(" *, *", -1)).contains(etag);
    }

    void send(Request request, Response response, Callback callback) {
        response.setStatus(isKnownTo(request) ? NOT_MODIFIED : status);
        HttpFields.Mutable fields = response.getHeaders();
        fields.put("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        fields.put("X-Content-Type-Options", "nosniff");
        fields.put("X-Frame-Options", "DENY");
        fields.put("Referrer-Policy", "no-referrer");
        fields.put("Cross-Origin-Resource-Policy", "same-origin");
        fields.put("Cross-Origin-Opener-Policy", "same-origin");
        if (request.getConnectionMetaData().isSecure()) {
            fields.put("Strict-Transport-Security", STRICT_TRANSPORT);
        }
        fields.put("Cache-Control", "no-store");
        fields.put("Content-Type", contentType);
        headers.forEach(fields::put);
        // Of a 304 Jetty sends this and no body, as of an answer to HEAD (RFC 9110, 8.6 and 15.4.5).
        fields.put("Content-Length", body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }
}
