package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import mx.difusor.agent.archive.ArchiveInspection;
import mx.difusor.agent.archive.ManifestSource;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.verify.PackageLimits;
import mx.difusor.agent.verify.PackageReader;
import mx.difusor.agent.verify.UnreadablePackageException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Once a package stands in the archive it counts: whatever comes then, defects too, it is never answered with a refusal. */
class AcceptedAnywayTest extends BreakableDesk {

    /** Met by whoever makes a release. */
    private volatile @Nullable Throwable defect;

    /** Met by whoever asks for the time on the deciding thread. */
    private volatile boolean noTime;

    private volatile boolean noTimeOnceItIsKept;

    @Override
    Disk publishersDisk() {
        Disk whole = super.publishersDisk();
        return (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (self, method, arguments) -> {
                    if (defect != null) {
                        throw defect;
                    }
                    try {
                        return method.invoke(whole, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    SteadyClock steadyClock() {
        return SteadyClock.trusting(new Clock() {
            @Override
            public Instant instant() {
                if ((noTime || isKept()) && Thread.currentThread().getName().equals("deciding")) {
                    throw new OutOfMemoryError("made up");
                }
                return clock.instant();
            }

            @Override
            public ZoneId getZone() {
                return clock.getZone();
            }

            @Override
            public Clock withZone(ZoneId zone) {
                throw new UnsupportedOperationException();
            }
        });
    }

    @Override
    @SuppressWarnings("NullAway") // a defect is wanted
    Map<String, Event> events(Event pel) {
        Map<String, Event> events = new HashMap<>(super.events(pel));
        events.put("defecto", new Event("defecto", false, null, pel.closes(), null, pel.cadence(), 3));
        return events;
    }

    private boolean isKept() {
        return noTimeOnceItIsKept && Files.exists(room().home().archive().resolve("pel/1"));
    }

    private String acused(String name) throws IOException {
        return Files.readString(acuse(name));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDefectOnTheWayToThePublicIsAnAlertUntilATrySucceeds(boolean error) throws Exception {
        decide(pack(1));
        defect = error ? new OutOfMemoryError("made up") : new UncheckedIOException(new IOException("made up"));
        Receipt second = decide(pack(2));
        assertThat(second.outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(second.publication()).isEqualTo(Receipt.Publication.NONE);
        assertThat(acused("p2.zip")).contains("\"outcome\" : \"accepted\"");
        assertThat(page()).isEqualTo("cut 1");
        assertThat(alerted()).containsExactly("release-failed");
        room().desk().tick();
        assertThat(alerts.active())
                .singleElement()
                .satisfies(alert -> assertThat(alert.message())
                        .startsWith("the old page stays, because the new one cannot be made: ")
                        .contains("made up; it is tried again by itself"));

        defect = null;
        room().desk().tick();
        assertThat(page()).isEqualTo("cut 2");
        assertThat(alerted()).isEmpty();
        assertThat(receipt(2).publication()).isEqualTo(Receipt.Publication.LIVE);
    }

    @Test
    void aStartThatMeetsADefectKeepsTheOldPageToo() throws Exception {
        decide(pack(1));
        Files.writeString(room().home().root().resolve("live/index.html"), "altered");
        defect = new IllegalStateException("made up");
        Publication started = again(null);
        assertThat(alerted()).containsExactly("release-failed");
        assertThat(Objects.requireNonNull(started.live()).release()).startsWith("pel/000001-");
        defect = null;
        started.tick();
        assertThat(alerted()).isEmpty();
        assertThat(page()).isEqualTo("cut 1");
    }

    @Test
    void anIndexThatIsGoneRefusesNoPackageAndThePageFollowsOnceItIsBack() throws Exception {
        decide(pack(1));
        decide(pack(3));
        decide(pack(5));
        inTheIndex("ALTER TABLE decision RENAME COLUMN manifest TO away");
        Receipt late = decide(pack(4));
        assertThat(late.outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(acused("p4.zip")).contains("\"outcome\" : \"accepted\"");
        assertThat(decide(pack(6)).outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(page()).isEqualTo("cut 5");
        assertThat(alerted()).contains("release-failed").doesNotContain("internal-error");
        room().desk().tick();
        inTheIndex("ALTER TABLE decision RENAME COLUMN away TO manifest");
        room().desk().tick();
        assertThat(page()).isEqualTo("cut 6");
        assertThat(alerted()).doesNotContain("release-failed");
    }

    @Test
    void anIndexThatIsGoneIsNoDefectOfAPackageWhoseEventWasNotReadYet() throws Exception {
        decide(pack(1));
        Candidate other = pack("otro", 1, otherFiles());
        inTheIndex("ALTER TABLE decision RENAME TO away");
        for (int attempt = 0; attempt <= Desk.TRIES; attempt++) {
            assertThat(offer(other)).isEqualTo("failed");
        }
        assertThat(alerted()).contains("storage-failed").doesNotContain("internal-error");
        assertThat(room().home().quarantine()).isEmptyDirectory();
        inTheIndex("ALTER TABLE away RENAME TO decision");
        assertThat(decide(other).outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
    }

    private final ManifestSource manifests = file -> {
        try {
            return new PackageReader(PackageLimits.defaults()).manifest(file, Objects.toString(file.getFileName()));
        } catch (UnreadablePackageException e) {
            throw new IOException(e);
        }
    };

    private void reindexBeside() throws Exception {
        ArchiveInspection.reindex(room().home(), disk, manifests, true);
    }

    /** Whatever it lost it by. */
    @Test
    void aPackageThatTheIndexHasLostRefusesNoOtherAndThePageFollowsOnceItIsBack() throws Exception {
        for (int sequence : new int[] {1, 3, 5}) {
            decide(cut(sequence, sequence));
        }
        inTheIndex("DELETE FROM decision WHERE sequence = 5");
        assertThat(decide(cut(4, 4)).outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
        Receipt next = decide(cut(6, 6));
        assertThat(next.outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(next.warnings()).singleElement().asString().startsWith("not-compared: ");
        assertThat(page()).isEqualTo("cut 5");
        assertThat(alerted()).contains("release-failed");

        reindexBeside();
        room().desk().tick();
        assertThat(page()).isEqualTo("cut 6");
        assertThat(alerted()).doesNotContain("release-failed");
        assertThat(receipt(4).publication()).isEqualTo(Receipt.Publication.SUPERSEDED);
    }

    @Test
    void aReindexBesideTheAgentTakesNoDamagedPackageFromIt() throws Exception {
        for (int sequence : new int[] {1, 3, 5}) {
            decide(cut(sequence, sequence));
        }
        Files.write(room().home().archive().resolve("pel/5/p5.zip"), new byte[] {1, 2, 3});
        assertThatThrownBy(this::reindexBeside).hasMessageStartingWith("the index was rebuilt, but this is damaged: ");
        assertThat(decide(cut(4, 4)).outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(page()).isEqualTo("cut 5");
        assertThat(decide(cut(6, 6)).outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(page()).isEqualTo("cut 6");
        assertThat(alerted()).doesNotContain("release-failed");
    }

    @Test
    void anIndexThatDoesNotAnswerPartsNeitherPageFromStatusNorFromTheLog() throws Exception {
        decide(pack(1));
        decide(pack(2));
        inTheIndex("ALTER TABLE decision RENAME COLUMN receipt TO away");
        Receipt third = decide(pack(3));
        assertThat(third.outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(page()).isEqualTo("cut 3");
        assertThat(live().sequence()).isEqualTo(3);
        assertThat(live().publishedAt()).isEqualTo(began);
        assertThat(room().home().history()).content().containsOnlyOnce("\"release\":\"pel/000003-");
        inTheIndex("ALTER TABLE decision RENAME COLUMN away TO receipt");
        room().desk().tick();
        assertThat(acused("p3.zip")).contains("\"outcome\" : \"accepted\"", "\"publication\" : \"live\"");
        assertThat(room().home().history()).content().containsOnlyOnce("\"release\":\"pel/000003-");
    }

    @Test
    void aReceiptThatMeetsADefectIsToldLater() throws Exception {
        Candidate one = pack(1);
        Candidate nowhere = new Candidate("i\0e", one.name(), one.archive(), one.signatures(), null, began);
        assertThat(decide(nowhere).outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(page()).isEqualTo("cut 1");
        assertThat(alerted()).containsExactly("storage-failed");
        assertThat(publication().delivered()).isFalse();
    }

    @Test
    void aDefectOfTheDoorChangesNoVerdict() throws Exception {
        OneOffer offer = new OneOffer(pack(1), false) {
            @Override
            public void decided(Receipt receipt, Path keptArchive) {
                throw new IllegalStateException("a defect");
            }
        };
        room().desk().offer(offer);
        assertThat(offer.end()).isEqualTo("failed");
        assertThat(acused("p1.zip")).contains("\"outcome\" : \"accepted\"", "\"publication\" : \"live\"");
        assertThat(room().home().quarantine()).isEmptyDirectory();
        assertThat(alerted()).containsExactly("internal-error");
    }

    @Test
    void aPackageWhoseAnswerMeetsADefectTooGoesBackToItsDoor() throws Exception {
        noTime = true;
        assertThat(offer(pack(1))).isEqualTo("failed");
        noTime = false;
        assertThat(decide(pack(1)).outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
    }

    @Test
    void aDefectBesideThePublicationIsNoRefusalEither() throws Exception {
        noTimeOnceItIsKept = true;
        Receipt receipt = decide(pack(1));
        assertThat(receipt.outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(room().home().quarantine()).isEmptyDirectory();
        assertThat(alerted()).containsExactly("internal-error");
        noTimeOnceItIsKept = false;
        room().desk().tick();
        assertThat(page()).isEqualTo("cut 1");
    }

    @Test
    void anActivationThatMeetsADefectIsNotFollowedByTheNextStart() throws Exception {
        decide(pack(1));
        assertThatThrownBy(() -> room().operator().activate("defecto", "ana", ""))
                .isInstanceOf(IllegalStateException.class);
        assertThat(room().operator().event()).isEqualTo("pel");
        assertThat(room().home().activation()).doesNotExist();
    }

    @Test
    void anOrderThatMeetsADefectIsInForceAndToldAsAnAlert() throws Exception {
        decide(pack(1));
        decide(pack(2));
        defect = new IllegalStateException("made up");
        Operator.Hold hold = room().operator().rollback(1, "ana", "");
        assertThat(room().operator().onHold()).contains(hold);
        assertThat(alerted()).contains("release-failed");
        defect = null;
        room().desk().tick();
        assertThat(page()).isEqualTo("cut 1");
    }
}
