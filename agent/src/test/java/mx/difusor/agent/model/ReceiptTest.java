package mx.difusor.agent.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The contract's members, in its order. */
class ReceiptTest {

    private static final Instant AT = Instant.parse("2024-06-03T03:00:00.123456Z");
    private static final Digest DIGEST = new Digest("a".repeat(64));

    @Test
    void anAcceptedPackagesReceiptSaysWhatThePackageSays() {
        Receipt receipt = new Receipt(
                "iee",
                "prep.zip",
                DIGEST,
                10,
                Receipt.Outcome.ACCEPTED,
                null,
                Receipt.Contents.of(Packages.data(7).manifest()),
                List.of("CN=IEE"),
                Receipt.Publication.LIVE,
                AT,
                AT.plusSeconds(1),
                AT.plusSeconds(2),
                List.of("a warning"),
                new HistoryHead(3, DIGEST));
        assertThat(receipt.fields())
                .containsExactly(
                        entry("package", "prep.zip"),
                        entry("sha256", "a".repeat(64)),
                        entry("size", 10L),
                        entry("outcome", "accepted"),
                        entry("reason", null),
                        entry("event", "pel-2024"),
                        entry("kind", "data"),
                        entry("sequence", 7L),
                        entry("cut", "2024-06-02T21:30:00-07:00"),
                        entry("final", false),
                        entry("signers", List.of("CN=IEE")),
                        entry("publication", "live"),
                        entry("receivedAt", "2024-06-03T03:00:00.123Z"),
                        entry("decidedAt", "2024-06-03T03:00:01.123Z"),
                        entry("liveAt", "2024-06-03T03:00:02.123Z"),
                        entry("warnings", List.of("a warning")),
                        entry("uploader", "iee"),
                        entry("history", Map.of("entries", 3L, "head", "a".repeat(64))));
    }

    @Test
    void whatIsNotKnownOfARejectedPackageIsNull() {
        Receipt receipt = new Receipt(
                "iee",
                "prep.zip",
                null,
                10,
                Receipt.Outcome.REJECTED,
                new Receipt.Refusal(Reason.TOO_LARGE, "send less", null),
                null,
                List.of(),
                Receipt.Publication.NONE,
                AT,
                AT,
                null,
                List.of());
        Map<String, @Nullable Object> fields = receipt.fields();
        assertThat(fields).containsEntry("outcome", "rejected").containsEntry("publication", "none");
        assertThat(fields.get("reason")).hasToString("{code=too-large, message=send less, path=null}");
        for (String unknown : List.of("sha256", "event", "kind", "sequence", "cut", "final", "liveAt", "history")) {
            assertThat(fields).containsEntry(unknown, null);
        }
    }

    @Test
    void everyCodeIsReadBackAsWhatItStandsFor() {
        for (Reason reason : Reason.values()) {
            assertThat(Reason.ofCode(reason.code())).contains(reason);
        }
        for (Kind kind : Kind.values()) {
            assertThat(Kind.ofCode(kind.code())).contains(kind);
        }
        assertThat(Reason.ofCode("no-such")).isEmpty();
        assertThat(Kind.ofCode("no-such")).isEmpty();
        assertThat(new ChannelTrial("mail", null, java.time.Duration.ZERO).worked())
                .isTrue();
        assertThat(new ChannelTrial("mail", "refused", java.time.Duration.ZERO).worked())
                .isFalse();
    }
}
