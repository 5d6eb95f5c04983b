package mx.difusor.agent.alerting;

import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** POST of the JSON, signed: HMAC-SHA-256 over the body as it is sent, which holds the time of the attempt. */
final class WebhookChannel implements Channel {

    static final String SIGNATURE = "X-Difusor-Signature";

    private static final String ALGORITHM = "HmacSHA256";

    private final URI url;
    private final SecretFile secret;
    private final Wording wording;
    private final WebCall web;

    WebhookChannel(AlertingSettings.Webhook settings, Wording wording, WebCall web) {
        this.url = settings.url();
        this.secret = new SecretFile(settings.secret());
        this.wording = wording;
        this.web = web;
    }

    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public void send(Announcement announcement, Instant at) throws ChannelException, InterruptedException {
        byte[] body = wording.json(announcement, at);
        web.send(HttpRequest.newBuilder(url)
                .timeout(WebCall.TIMEOUT)
                .header("Content-Type", "application/json; charset=utf-8")
                .header("User-Agent", "difusor-agent")
                .header(SIGNATURE, "sha256=" + signature(secret.read(), body))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build());
    }

    /** As {@code openssl dgst -sha256 -hmac "$(cat SECRET)" BODY} prints it. */
    static String signature(String secret, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
