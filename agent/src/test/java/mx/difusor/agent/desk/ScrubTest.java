package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.archive.ArchiveInspection;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The archive is read again behind everything else: slowly, in turn, and what is damaged is told once. */
class ScrubTest extends KeptPackages {

    @Test
    void whatWasAcceptedOrReadLatelyIsNotReadAgain() throws Exception {
        assertThat(scrub.round()).isFalse();
        clock.set(began.plus(Scrub.EVERY).plusSeconds(2));
        assertThat(scrub.round()).as("the first two are due").isTrue();
        assertThat(scrub.round()).isFalse();
        clock.pass(Duration.ofSeconds(1));
        assertThat(scrub.round()).as("the third").isTrue();
        assertThat(scrub.round()).isFalse();
        clock.pass(Scrub.EVERY);
        assertThat(scrub.round()).isTrue();
    }

    @Test
    void whatWasReadByAClockThatRanAheadIsReadAgainOnce() throws Exception {
        clock.set(began.plus(Duration.ofDays(400)));
        assertThat(scrub.round()).isTrue();
        clock.set(began.plusSeconds(9));
        slept.clear();
        assertThat(scrub.round()).isTrue();
        assertThat(slept).isNotEmpty();
        assertThat(scrub.round()).isFalse();
        clock.pass(Scrub.EVERY);
        assertThat(scrub.round()).isTrue();
    }

    /** Otherwise it would be due for ever: it was not read before it was decided. */
    @Test
    void whatWasDecidedByAClockThatRanAheadIsNotReadAgainAndAgain() throws Exception {
        clock.set(began.minus(Duration.ofDays(400)));
        assertThat(scrub.round()).isFalse();
    }

    @Test
    void theOldestComesFirst() throws Exception {
        clock.set(began.plus(Scrub.EVERY).plusSeconds(1));
        scrub.round();
        clock.pass(Scrub.EVERY);
        try (ArchiveInspection inspection = ArchiveInspection.open(home, disk, manifests)) {
            assertThat(inspection.oldestChecked(null, 9))
                    .extracting(one -> one.manifest().sequence())
                    .containsExactly(2L, 3L, 1L);
            assertThat(inspection.oldestChecked("otro", 9)).isEmpty();
        }
    }

    @Test
    void readingKeepsToItsPace() throws Exception {
        clock.set(began.plus(Scrub.EVERY).plusSeconds(9));
        scrub.round();
        long bytes = 0;
        for (int sequence = 1; sequence <= 3; sequence++) {
            bytes += Files.size(file(sequence));
        }
        Duration least = Duration.ofNanos((long) (0.9e9 * bytes / Scrub.BYTES_PER_SECOND));
        assertThat(sleptInAll()).isBetween(least, least.multipliedBy(2));
        assertThat(slept).as("no wait too short for a clock").allMatch(one -> one.toMillis() >= 50);
    }

    @Test
    void itWaitsWhilePackagesAreCheckedButNotForEver() throws Exception {
        clock.set(began.plus(Scrub.EVERY).plusSeconds(1));
        scrub.round();
        Duration alone = sleptInAll();
        clock.pass(Scrub.EVERY);
        slept.clear();
        busyFor = 10;
        scrub.round();
        assertThat(sleptInAll()).isGreaterThanOrEqualTo(alone.plusSeconds(1));
        clock.pass(Scrub.EVERY);
        busyFor = Integer.MAX_VALUE;
        assertThat(scrub.round()).as("ends").isTrue();
    }

    @Test
    void aDamagedPackageIsToldAndNotedOnceAndTheArchiveIsLeftAsItIs() throws Exception {
        flip(2);
        clock.set(began.plus(Scrub.EVERY).plusSeconds(9));
        scrub.round();
        assertThat(scrub.damaged()).singleElement().asString().startsWith("archive/pel/2 is damaged: its SHA-256 is ");
        assertThat(noted()).isEqualTo(1);
        clock.pass(Scrub.EVERY);
        scrub.round();
        assertThat(scrub.damaged()).hasSize(1);
        assertThat(noted()).as("once").isEqualTo(1);
        assertThat(archive.history("pel").packages()).hasSize(3);
        assertThat(Files.readAllLines(home.history()).get(3)).contains("\"event\":\"pel\",\"sequence\":2", "\"cause\"");
    }

    @Test
    void theInstitutesSendingItAgainMakesItWhole() throws Exception {
        flip(2);
        Files.delete(file(3));
        clock.set(began.plus(Scrub.EVERY).plusSeconds(9));
        scrub.round();
        assertThat(scrub.damaged()).hasSize(2);
        for (Candidate again : packed) {
            Receipt duplicate = receipt(again, manifests.read(again.archive()), Receipt.Outcome.DUPLICATE);
            archive.repeat(duplicate, again);
        }
        assertThat(Files.mismatch(file(2), packed.get(1).archive())).isEqualTo(-1);
        assertThat(Files.mismatch(file(3), packed.get(2).archive())).isEqualTo(-1);
        scrub.round();
        assertThat(scrub.damaged()).isEmpty();
        assertThat(Files.readAllLines(home.history()))
                .filteredOn(line -> line.contains("\"what\":\"mended\""))
                .hasSize(2);
    }

    @Test
    void whatACheckBesideTheAgentFoundIsToldToo() throws Exception {
        try (ArchiveInspection other = ArchiveInspection.open(home, disk, manifests)) {
            other.checked(other.find("pel", 1).orElseThrow(), clock.instant(), "a flipped bit");
        }
        scrub.round();
        assertThat(scrub.damaged()).containsExactly("archive/pel/1 is damaged: a flipped bit");
    }

    @Test
    void whatTurnsOutToBeWholeIsNotNotedAsDamaged() throws Exception {
        try (ArchiveInspection other = ArchiveInspection.open(home, disk, manifests)) {
            other.checked(other.find("pel", 1).orElseThrow(), began, "a disk that did not answer");
        }
        clock.set(began.plus(Scrub.EVERY).plusSeconds(9));
        scrub.round();
        assertThat(scrub.damaged()).isEmpty();
        assertThat(noted()).isZero();
    }

    @Test
    void stoppingEndsAReading() throws Exception {
        clock.set(began.plus(Scrub.EVERY).plusSeconds(9));
        interrupting = true;
        assertThatThrownBy(() -> scrub.round()).isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
        interrupting = false;
        Thread.currentThread().interrupt(); // closes the file that is being read
        assertThatThrownBy(() -> scrub.round()).isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
        scrub.round();
        assertThat(scrub.damaged())
                .as("what was not read to its end is not damaged")
                .isEmpty();
    }

    /** Beside everything else, on a thread that does not keep the process alive, until it is closed. */
    @Test
    @Timeout(60)
    void whereNothingIsDueItIdlesUntilItIsClosed() throws Exception {
        BlockingQueue<Duration> asked = new LinkedBlockingQueue<>();
        AtomicReference<Thread> thread = new AtomicReference<>();
        try (Scrub idle = scrub(duration -> {
            thread.set(Thread.currentThread());
            asked.add(duration);
            if (duration.equals(Scrub.IDLE)) {
                new CountDownLatch(1).await();
            }
        })) {
            flip(2);
            clock.set(began.plus(Scrub.EVERY).plusSeconds(9));
            idle.start();
            for (Duration one = asked.take(); !one.equals(Scrub.IDLE); one = asked.take()) {
                assertThat(one).isPositive();
            }
            assertThat(idle.damaged()).hasSize(1);
            assertThat(Objects.requireNonNull(thread.get()).isDaemon()).isTrue();
            assertThat(asked).isEmpty();
        }
        assertThat(Objects.requireNonNull(thread.get()).isAlive()).isFalse();
    }

    /** Otherwise the many packages of a long night would not be read in a week. */
    @Test
    @Timeout(60)
    void asLongAsSomethingIsDueItDoesNotIdle() throws Exception {
        AtomicInteger reads = new AtomicInteger();
        CountDownLatch idle = new CountDownLatch(1);
        clock.set(began.plus(Scrub.EVERY).plusSeconds(9));
        try (Scrub busy = new Scrub(
                ArchiveInspection.open(home, disk, manifests),
                () -> {
                    if (reads.incrementAndGet() == 3) {
                        clock.pass(Scrub.EVERY); // the first two are due again
                    }
                    return new StoredPackage(authenticator, reader);
                },
                archive,
                () -> false,
                clock,
                duration -> {
                    if (duration.equals(Scrub.IDLE)) {
                        idle.countDown();
                        new CountDownLatch(1).await();
                    }
                })) {
            busy.start();
            idle.await();
            assertThat(reads).hasValue(5);
        }
    }

    @Test
    @Timeout(60)
    void whatAQuickStartHasNotReadOfTheLogIsReadFirst() throws Exception {
        archive.close();
        Archive.open(home, disk, 1_000_000_000, manifests).close();
        Files.writeString(home.history(), Files.readString(home.history()).replaceFirst("p1.zip", "p9.zip"));
        archive = Archive.open(home, disk, 1_000_000_000, manifests);
        assertThat(archive.problems()).isEmpty();
        CountDownLatch idle = new CountDownLatch(1);
        try (Scrub reading = scrub(duration -> {
            idle.countDown();
            new CountDownLatch(1).await();
        })) {
            reading.start();
            idle.await();
            assertThat(archive.problems()).singleElement().asString().contains("line 2 of history.log does not follow");
        }
    }

    /** As an agent left it that forgot packages whose files were gone. */
    @Test
    void aPackageOfWhichOnlyTheOldLogTellsIsToldUntilItIsThere() throws Exception {
        archive.close();
        Archive.open(home, disk, 1_000_000_000, manifests).close();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + home.index());
                var statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM decision WHERE sequence = 3");
        }
        Path third = home.archive().resolve("pel/3");
        disk.deleteTree(third);
        archive = Archive.open(home, disk, 1_000_000_000, manifests);
        assertThat(archive.problems()).isEmpty();
        try (Scrub reading = scrub(duration -> {})) {
            reading.readLog();
            reading.round();
            assertThat(reading.damaged()).singleElement().asString().startsWith("archive/pel/3 was accepted");
            Files.createDirectory(third);
            reading.round();
            assertThat(reading.damaged()).isEmpty();
        }
    }

    /** As a disk that was not mounted while its packages were read. */
    @Test
    void whatWasFoundDamagedForBeingGoneIsReadOnceItIsBack() throws Exception {
        archive.close();
        Path second = home.archive().resolve("pel/2");
        Files.move(second, folder.resolve("elsewhere"));
        archive = Archive.open(home, disk, 1_000_000_000, manifests);
        clock.set(began.plus(Scrub.EVERY).plusSeconds(9));
        try (Scrub reading = scrub(duration -> {})) {
            reading.round();
            assertThat(reading.damaged()).containsExactly("archive/pel/2 is damaged: the archive file is gone");
            assertThat(archive.problems()).hasSize(1);
            Files.move(folder.resolve("elsewhere"), second);
            clock.pass(Scrub.IDLE);
            reading.round();
            assertThat(reading.damaged()).isEmpty();
            assertThat(archive.problems()).isEmpty();
        }
    }

    @Test
    void whatWasClosedReadsNoMore() throws Exception {
        scrub.close();
        assertThatThrownBy(scrub::round).isInstanceOf(MachineException.class);
    }

    @Test
    @Timeout(60)
    void aStopThatIsInterruptedWaitsForNothingAndStaysInterrupted() throws Exception {
        CountDownLatch asleep = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        Scrub stubborn = scrub(duration -> {
            asleep.countDown();
            while (free.getCount() > 0) {
                Thread.onSpinWait();
            }
            throw new InterruptedException();
        });
        stubborn.start();
        asleep.await();
        Thread.currentThread().interrupt();
        stubborn.close();
        assertThat(Thread.interrupted()).isTrue();
        free.countDown();
    }
}
