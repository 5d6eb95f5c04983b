package mx.difusor.agent.publish.adopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.publish.adopt.AdoptionRefused.Why;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdoptionTest {

    /** More changes of the disk than one command makes. */
    private static final int ALL = 60;

    @TempDir
    private Path folder;

    private AdoptedHost host;

    @BeforeEach
    void make() throws IOException {
        host = new AdoptedHost(folder.toRealPath());
    }

    private Adoption byExchange() {
        MortalDisk disk = new MortalDisk(1_000);
        return host.adoption(disk, AdoptedHost.stepOf(disk));
    }

    private Adoption withGap() {
        return host.adoption(new LocalDisk(), AdoptedHost.NONE);
    }

    private void expectRefused(Why why, Path given) throws IOException {
        AdoptionRefused refused =
                catchThrowableOfType(AdoptionRefused.class, () -> byExchange().adopt(given, false));
        assertThat(refused.why()).isEqualTo(why);
        assertThat(host.isOldWhole()).isTrue();
        assertThat(Adoptions.read(host.home)).isEmpty();
    }

    @Test
    void theDocrootBecomesALinkToTheLiveLinkAndComesBack() throws Exception {
        Object identity = Files.readAttributes(host.docroot, "fileKey").get("fileKey");

        Adoption.Done adopted = byExchange().adopt(host.docroot, false);

        assertThat(adopted.way()).contains("a test");
        assertThat(adopted.gapNanos()).isZero();
        assertThat(Files.readSymbolicLink(host.docroot)).isEqualTo(host.live);
        assertThat(host.served()).isEqualTo("live");
        assertThat(host.beside()).containsExactly("html", "html.before-difusor");
        assertThat(Adoptions.read(host.home))
                .containsExactly(
                        new Adoptions.Adopted(host.docroot, host.kept(), host.live, AdoptedHost.NOW.toString()));
        assertThat(byExchange().adopt(host.docroot, false).changed()).isFalse();

        Adoption.Done back = byExchange().giveBack(host.docroot, false);

        assertThat(back.changed()).isTrue();
        assertThat(Files.readAttributes(host.docroot, "fileKey").get("fileKey")).isEqualTo(identity);
        assertThat(host.isOldWhole()).isTrue();
        assertThat(host.beside()).containsExactly("html");
        assertThat(Adoptions.read(host.home)).isEmpty();
    }

    @Test
    void theNextCutShowsThroughTheAdoptedDocroot() throws Exception {
        byExchange().adopt(host.docroot, false);
        Path next = Files.createDirectories(host.home.releases().resolve("e/r2"));
        Files.writeString(next.resolve("index.html"), "next");

        new LocalDisk().linkAtomically(host.live, Path.of("releases/e/r2"));

        assertThat(host.served()).isEqualTo("next");
    }

    @Test
    void withoutAWayItAsksForThePermissionOfAGapAndTellsHowLongItWas() throws Exception {
        assertThatThrownBy(() -> withGap().adopt(host.docroot, false))
                .isInstanceOfSatisfying(
                        AdoptionRefused.class,
                        refused -> assertThat(refused.why()).isEqualTo(Why.NO_WAY_WITHOUT_A_GAP));
        assertThat(host.isOldWhole()).isTrue();

        Adoption.Done adopted = withGap().adopt(host.docroot, true);

        assertThat(adopted.way()).isEmpty();
        assertThat(adopted.gapNanos()).isEqualTo(1_000_000);
        assertThat(host.served()).isEqualTo("live");
        assertThat(host.beside()).containsExactly("html", "html.before-difusor");
        assertThatThrownBy(() -> withGap().giveBack(host.docroot, false)).isInstanceOf(AdoptionRefused.class);
        assertThat(host.served()).isEqualTo("live");
        assertThat(withGap().giveBack(host.docroot, true).gapNanos()).isEqualTo(1_000_000);
        assertThat(host.isOldWhole()).isTrue();
        assertThat(host.beside()).containsExactly("html");
    }

    private interface Step {
        void run(Adoption adoption) throws AdoptionRefused;
    }

    /** @return whether it ran to its end */
    private boolean killed(int after, boolean exchange, Step step) throws AdoptionRefused {
        MortalDisk disk = new MortalDisk(after);
        try {
            step.run(host.adoption(disk, exchange ? AdoptedHost.stepOf(disk) : AdoptedHost.NONE));
            return false;
        } catch (MortalDisk.Killed e) {
            return true;
        }
    }

    private void makeAnew(int number) throws IOException {
        host = new AdoptedHost(Files.createDirectory(folder.toRealPath().resolve("host" + number)));
    }

    @Test
    void killedAtAnyStepOfAnExchangeOldOrNewIsServedAndTheSameCommandFinishes() throws Exception {
        int steps = 0;
        boolean killed = true;
        for (; killed; steps++) {
            makeAnew(steps);
            killed = killed(steps, true, adoption -> adoption.adopt(host.docroot, false));
            assertThat(host.served()).as("after %d", steps).isIn("old", "live");

            byExchange().adopt(host.docroot, false);
            assertThat(host.served()).as("finished after %d", steps).isEqualTo("live");
            assertThat(host.beside()).containsExactly("html", "html.before-difusor");

            killed |= killed(steps, true, adoption -> adoption.giveBack(host.docroot, false));
            assertThat(host.served()).as("back after %d", steps).isIn("old", "live");
            if (!Adoptions.read(host.home).isEmpty()) {
                byExchange().giveBack(host.docroot, false);
            }
            assertThat(host.isOldWhole()).isTrue();
            assertThat(host.beside()).containsExactly("html");
            assertThat(Adoptions.read(host.home)).isEmpty();
        }
        assertThat(steps).isBetween(8, ALL);
    }

    @Test
    void killedAtAnyStepOfAnExchangeTheOppositeCommandUndoesIt() throws Exception {
        boolean killed = true;
        for (int steps = 0; killed; steps++) {
            makeAnew(steps);
            killed = killed(steps, true, adoption -> adoption.adopt(host.docroot, false));
            if (!Adoptions.read(host.home).isEmpty()) {
                byExchange().giveBack(host.docroot, false);
            }
            assertThat(host.isOldWhole()).as("after %d", steps).isTrue();
            assertThat(Files.exists(host.kept(), java.nio.file.LinkOption.NOFOLLOW_LINKS))
                    .isFalse();
        }
    }

    @Test
    void killedAtAnyStepWithAGapTheSameCommandFinishes() throws Exception {
        boolean nothingWasServed = false;
        boolean killed = true;
        for (int steps = 0; killed; steps++) {
            makeAnew(steps);
            killed = killed(steps, false, adoption -> adoption.adopt(host.docroot, true));
            nothingWasServed |= host.served().equals("nothing");
            withGap().adopt(host.docroot, true);
            assertThat(host.served()).as("finished after %d", steps).isEqualTo("live");
            assertThat(host.beside()).containsExactly("html", "html.before-difusor");

            killed |= killed(steps, false, adoption -> adoption.giveBack(host.docroot, true));
            if (!Adoptions.read(host.home).isEmpty()) {
                withGap().giveBack(host.docroot, true);
            }
            assertThat(host.isOldWhole()).as("back after %d", steps).isTrue();
            assertThat(host.beside()).containsExactly("html");
        }
        assertThat(nothingWasServed).isTrue();
    }

    @Test
    void anInterruptedGapIsUndoneByTheOppositeCommand() throws Exception {
        Files.move(host.docroot, host.kept());

        withGap().giveBack(host.docroot, false);

        assertThat(host.isOldWhole()).isTrue();
    }

    @Test
    void whatExchangedAndThenHungHasExchanged() throws Exception {
        Exchange hangs = AdoptedHost.by((one, other) -> {
            AdoptedHost.swap(one, other);
            throw new IOException("did not end in time");
        });

        assertThat(host.adoption(new LocalDisk(), hangs)
                        .adopt(host.docroot, false)
                        .changed())
                .isTrue();
        assertThat(host.served()).isEqualTo("live");
    }

    @Test
    void anExchangeThatFailsLeavesTheOldFolderAndSaysWhy() throws Exception {
        Exchange fails = AdoptedHost.by((one, other) -> {
            throw new IOException("Operation not permitted");
        });

        AdoptionRefused refused = catchThrowableOfType(
                AdoptionRefused.class,
                () -> host.adoption(new LocalDisk(), fails).adopt(host.docroot, false));

        assertThat(refused.why()).isEqualTo(Why.FAILED);
        assertThat(refused.arguments()).contains("Operation not permitted");
        assertThat(host.isOldWhole()).isTrue();
        byExchange().adopt(host.docroot, false);
        assertThat(host.served()).isEqualTo("live");
    }

    @Test
    void whatIsNoFolderIsRefused() throws Exception {
        expectRefused(Why.NOT_THERE, host.docroot.resolveSibling("missing"));
        expectRefused(Why.NOT_A_FOLDER, host.docroot.resolve("index.html"));
        expectRefused(Why.NOT_A_FOLDER, Path.of("/"));
        Path link = Files.createSymbolicLink(host.docroot.resolveSibling("other"), host.docroot);
        expectRefused(Why.LINK_ELSEWHERE, link);
        expectRefused(Why.FAILED, Path.of("/nowhere/at/all"));
    }

    @Test
    void theHomeAndWhatIsAroundItOrInItIsRefused() throws Exception {
        expectRefused(Why.AROUND_HOME, host.home.root());
        expectRefused(Why.AROUND_HOME, folder.toRealPath());
        expectRefused(Why.AROUND_HOME, host.home.releases());
        Files.delete(host.live);
        Files.createSymbolicLink(host.live, Files.createDirectory(host.docroot.resolve("inside")));
        expectRefused(Why.AROUND_HOME, host.docroot);
    }

    @Test
    void aMountPointIsRefused() throws Exception {
        host.mounts = folder.resolve("mountinfo");
        Files.writeString(
                host.mounts, "36 35 98:0 /mnt1 " + host.docroot + " rw,noatime master:1 - ext3 /dev/root rw\n");

        expectRefused(Why.MOUNT_POINT, host.docroot);
        Files.writeString(host.mounts, "short\n36 35 98:0 / /elsewhere rw - ext3 /dev/root rw\n");
        assertThat(byExchange().adopt(host.docroot, false).changed()).isTrue();
    }

    @Test
    void beforeTheFirstStartOfTheAgentItIsRefused() throws Exception {
        Files.delete(host.live);

        expectRefused(Why.LIVE_MISSING, host.docroot);
    }

    @Test
    void whatAWebServersAccountCouldNotReadThroughIsRefusedByTheFoldersName() throws Exception {
        Files.setPosixFilePermissions(host.home.root(), PosixFilePermissions.fromString("rwxr-x---"));

        AdoptionRefused refused =
                catchThrowableOfType(AdoptionRefused.class, () -> byExchange().adopt(host.docroot, false));

        assertThat(refused.why()).isEqualTo(Why.CLOSED);
        assertThat(refused.arguments()).contains(host.home.root().toString());
        assertThat(host.isOldWhole()).isTrue();
    }

    @Test
    void whatStandsWhereTheOldFolderWouldBeKeptIsNotTouched() throws Exception {
        Files.writeString(host.kept(), "mine");

        expectRefused(Why.KEPT_OCCUPIED, host.docroot);
        assertThat(Files.readString(host.kept())).isEqualTo("mine");
        Files.delete(host.kept());
        Files.createSymbolicLink(host.kept(), Path.of("mine"));
        expectRefused(Why.KEPT_OCCUPIED, host.docroot);
        assertThat(Files.readSymbolicLink(host.kept())).isEqualTo(Path.of("mine"));
    }

    @Test
    void onWindowsItIsRefused() throws Exception {
        host.windows = true;

        expectRefused(Why.WINDOWS, host.docroot);
        assertThatThrownBy(() -> byExchange().giveBack(host.docroot, false))
                .isInstanceOfSatisfying(
                        AdoptionRefused.class,
                        refused -> assertThat(refused.why()).isEqualTo(Why.WINDOWS));
    }

    @Test
    void whatWasNeverAdoptedIsNotGivenBack() throws Exception {
        assertThatThrownBy(() -> byExchange().giveBack(host.docroot, false))
                .isInstanceOfSatisfying(
                        AdoptionRefused.class,
                        refused -> assertThat(refused.why()).isEqualTo(Why.NOT_ADOPTED));
        byExchange().adopt(host.docroot, false);
        Files.move(host.kept(), folder.resolve("elsewhere"));
        assertThatThrownBy(() -> byExchange().giveBack(host.docroot, false))
                .isInstanceOfSatisfying(
                        AdoptionRefused.class,
                        refused -> assertThat(refused.why()).isEqualTo(Why.KEPT_MISSING));
        assertThat(host.served()).isEqualTo("live");
    }

    @Test
    void anInterruptedGapIsFinishedOnlyWithALiveRootAndIsNoted() throws Exception {
        Files.move(host.docroot, host.kept());
        Path target = Files.readSymbolicLink(host.live);
        Files.delete(host.live);
        assertThatThrownBy(() -> byExchange().adopt(host.docroot, false))
                .isInstanceOfSatisfying(
                        AdoptionRefused.class,
                        refused -> assertThat(refused.why()).isEqualTo(Why.LIVE_MISSING));

        Files.createSymbolicLink(host.live, target);
        byExchange().adopt(host.docroot, false);
        assertThat(Adoptions.read(host.home)).hasSize(1);
    }

    @Test
    void whatAnAttemptByExchangeLeftIsNotInTheWayOfOneWithAGap() throws Exception {
        Files.createSymbolicLink(host.kept(), host.live);

        withGap().adopt(host.docroot, true);

        assertThat(host.served()).isEqualTo("live");
        assertThat(host.beside()).containsExactly("html", "html.before-difusor");
    }

    @Test
    void theLinkOfAnAttemptWithAGapGoesButNothingElseOfItsName() throws Exception {
        Path link = Files.createSymbolicLink(host.docroot.resolveSibling("html.difusor-link"), host.live);
        byExchange().adopt(host.docroot, false);
        assertThat(host.beside()).containsExactly("html", "html.before-difusor");

        Files.writeString(link, "mine");
        byExchange().giveBack(host.docroot, false);
        assertThat(link).hasContent("mine");
    }

    @Test
    void anExchangeThatDoesNothingIsAFailure() throws Exception {
        Exchange idle = AdoptedHost.by((one, other) -> {});

        assertThatThrownBy(() -> host.adoption(new LocalDisk(), idle).adopt(host.docroot, false))
                .isInstanceOfSatisfying(
                        AdoptionRefused.class,
                        refused -> assertThat(refused.arguments().toString()).contains("were not exchanged"));
        assertThat(host.isOldWhole()).isTrue();
    }

    @Test
    void whatWasOnlyPreparedIsTakenBackWithoutARecord() throws Exception {
        Files.createSymbolicLink(host.kept(), host.live);

        byExchange().giveBack(host.docroot, false);

        assertThat(host.beside()).containsExactly("html");
        assertThat(host.home.adoptions()).doesNotExist();
    }

    @Test
    void withoutItsHomeNothingIsGivenBack() throws Exception {
        byExchange().adopt(host.docroot, false);
        new LocalDisk().deleteTree(host.home.root());

        assertThatThrownBy(() -> byExchange().giveBack(host.docroot, false))
                .isInstanceOfSatisfying(
                        AdoptionRefused.class,
                        refused -> assertThat(refused.why()).isEqualTo(Why.NOT_PERMITTED));
        assertThat(Files.isSymbolicLink(host.docroot)).isTrue();
    }

    /** As Apache's SymLinksIfOwnerMatch asks for. */
    @Test
    void theLinkHasTheLiveLinksOwner() throws Exception {
        Assumptions.assumeTrue(System.getProperty("user.name").equals("root"));
        UserPrincipal nobody =
                host.live.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
        Files.getFileAttributeView(host.live, FileOwnerAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setOwner(nobody);

        byExchange().adopt(host.docroot, false);

        assertThat(Files.getOwner(host.docroot, LinkOption.NOFOLLOW_LINKS)).isEqualTo(nobody);
    }

    private static final class Noting extends LocalDisk implements Exchange {
        private final List<String> steps = new ArrayList<>();

        @Override
        public Optional<String> way(Path parent) {
            return Optional.of("a test");
        }

        @Override
        public void exchange(Path one, Path other) throws IOException {
            AdoptedHost.swap(one, other);
            steps.add("exchange");
        }

        @Override
        public void moveAtomically(Path from, Path to) throws IOException {
            super.moveAtomically(from, to);
            steps.add("move to " + to.getFileName());
        }

        @Override
        public void delete(Path file) throws IOException {
            super.delete(file);
            steps.add("delete " + file.getFileName());
        }

        @Override
        public void syncDirectory(Path folder) throws IOException {
            super.syncDirectory(folder);
            steps.add("sync " + folder.getFileName());
        }
    }

    @Test
    void whatWasExchangedMovedOrDeletedIsSynced() throws Exception {
        Noting noting = new Noting();
        host.adoption(noting, noting).adopt(host.docroot, false);
        assertThat(noting.steps).containsSequence("exchange", "sync www");

        noting.steps.clear();
        host.adoption(noting, noting).giveBack(host.docroot, false);
        assertThat(noting.steps).containsSequence("exchange", "sync www", "delete html.before-difusor", "sync www");

        noting.steps.clear();
        host.adoption(noting, AdoptedHost.NONE).adopt(host.docroot, true);
        assertThat(noting.steps).containsSequence("move to html.before-difusor", "move to html", "sync www");
    }

    @Test
    void aRecordThatGrewBeyondMeasureIsNotRead() throws Exception {
        Files.write(host.home.adoptions(), new byte[Adoptions.MAX_BYTES + 1]);

        assertThatThrownBy(() -> Adoptions.read(host.home)).hasMessageContaining("larger than");
    }
}
