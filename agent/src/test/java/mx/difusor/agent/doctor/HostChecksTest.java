package mx.difusor.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import mx.difusor.agent.config.Address;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.e2e.HangingProgram;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostChecksTest {

    private static final SystemCommands PATIENT = new SystemCommands(Duration.ofMinutes(1));

    @TempDir
    private Path folder;

    private Patient patient;

    @BeforeEach
    void make() throws IOException {
        patient = new Patient(folder.toRealPath());
    }

    private List<String> host() {
        return Patient.outcomes(new HostCheck(patient.subject()));
    }

    private List<String> clock() {
        return Patient.outcomes(new ClockCheck(patient.subject()));
    }

    private List<String> ports() {
        return Patient.outcomes(new PortCheck(patient.subject(), patient.keys));
    }

    @Test
    void aGoodHostIsGood() {
        patient.agent = Patient.seen(null, List.of(), null);

        assertThat(host())
                .containsExactly(
                        "✔ system.known", "✔ java.safe", "✔ heap.enough", "✔ open-files.enough", "✔ agent.running");
    }

    @ParameterizedTest
    @CsvSource({
        "17.0.2, ✘ java.unsafe",
        "17, ✘ java.unsafe",
        "17.0.3, ✔ java.safe",
        "17.0.3+7-Debian-1, ✔ java.safe",
        "18, ✘ java.unsafe",
        "18.0.1, ✔ java.safe",
        "21.0.1, ✔ java.safe",
        "one, ! java.unknown"
    })
    void javaThatTakesForgedSignaturesIsAFault(String version, String outcome) {
        patient.java = version;

        assertThat(host()).contains(outcome);
    }

    @Test
    void aSmallHeapAndFewOpenFilesAreFaults() {
        patient.heap = 128L << 20;
        patient.openFiles = OptionalLong.of(256);
        assertThat(host()).contains("✘ heap.small", "✘ open-files.few");

        patient.openFiles = OptionalLong.of(2_048);
        assertThat(host()).contains("! open-files.some");

        patient.openFiles = OptionalLong.empty();
        assertThat(host()).contains("! open-files.unknown");
    }

    @Test
    void linuxTellsHowManyFilesMayBeOpen() {
        String limits =
                "Limit       Soft Limit  Hard Limit  Units\nMax open files            1024                 524288"
                        + "               files\n";

        assertThat(Machine.openFilesOf(limits)).hasValue(1_024);
        assertThat(Machine.openFilesOf("Max open files unlimited unlimited files"))
                .hasValue(Long.MAX_VALUE);
        assertThat(Machine.openFilesOf("")).isEmpty();
        assertThat(Machine.openFilesOf("Max open files many")).isEmpty();
    }

    @Test
    void otherSystemsAreAskedHowManyFilesMayBeOpen() {
        patient.commands.answer("sh -c ulimit -n", "2048\n");

        assertThat(Machine.openFiles(folder.resolve("no-limits"), patient.commands))
                .hasValue(2_048);
        assertThat(Machine.openFiles(folder.resolve("no-limits"), new FakeCommands()))
                .isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void onLinuxNoProgramIsNeededForThat() {
        assertThat(Machine.ofProcess(new FakeCommands()).openFiles()).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"FreeBSD, ✔ system.known", "Windows Server 2022, ! system.windows", "Mac OS X, ! system.other"})
    void otherSystemsAreNamed(String system, String outcome) {
        patient.system = system;

        assertThat(host()).contains(outcome, "! agent.stopped");
    }

    @Test
    void anAgentThatDoesNotAnswerIsTold() {
        patient.running = true;

        assertThat(host()).contains("! agent.mute");
    }

    @Test
    void aClockThatNobodyKeepsIsAFaultAndOneThatNobodyKnowsIsNot() {
        assertThat(clock()).containsExactly("! clock.unknown");

        patient.commands.answer("timedatectl show --property=NTPSynchronized --value", "no\n");
        assertThat(clock()).containsExactly("✘ clock.free");

        patient.commands.answer("chronyc -n tracking", "Leap status     : Not synchronised\n");
        assertThat(clock()).containsExactly("✘ clock.free");
        assertThat(Patient.look(new ClockCheck(patient.subject())).get(0).figures())
                .as("the one that is asked first")
                .containsEntry("source", "timedatectl");

        patient.commands.answer("chronyc -n tracking", "Stratum : 3\nLeap status     : Normal\n");
        assertThat(clock()).containsExactly("✔ clock.kept");
    }

    @ParameterizedTest
    @CsvSource({
        "ntpq -c rv 0 stratum|leap, 'stratum=2, leap=00', ✔ clock.kept",
        "ntpq -c rv 0 stratum|leap, 'stratum=16, leap=11', ✘ clock.free",
        "ntpctl -s status, '4/4 peers valid, clock synced, stratum 3', ✔ clock.kept",
        "ntpctl -s status, '0/4 peers valid, clock unsynced', ✘ clock.free",
        "adjtimex --print, 'status: 8193', ✔ clock.kept",
        "adjtimex --print, 'status: 0x40', ✘ clock.free",
        "adjtimex --print, '', ✘ clock.free"
    })
    void whicheverProgramAnswersIsBelieved(String command, String answer, String outcome) {
        patient.commands.answer(command.replace('|', ','), answer);

        assertThat(clock()).containsExactly(outcome);
    }

    @Test
    void windowsHasItsOwnClockService() {
        patient.system = "Windows Server 2022";
        patient.commands.answer("w32tm /query /status", "ReferenceId: 0x0A000001 (source IP: 10.0.0.1)\n");
        assertThat(clock()).containsExactly("✔ clock.kept");

        patient.commands.answer("w32tm /query /status", "ReferenceId: 0x4C4F434C (source name: LOCL)\n");
        assertThat(clock()).containsExactly("✘ clock.free");
    }

    private void listen(String address) {
        patient.with("status: {listen: \"" + address + "\"}\n");
    }

    @Test
    void portsAreFreeOrTakenOrNotOfThisHost() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listen("127.0.0.1:" + taken.getLocalPort());
            assertThat(ports()).contains("✘ status-port.taken");
        }
        assertThat(ports()).contains("✔ status-port.free");
        patient.yaml = patient.yaml.replace("sftp:\n", "sftp:\n  listen: 192.0.2.1:2222\n");
        assertThat(ports()).contains("✘ sftp-port.no-address");
        patient.yaml = patient.yaml.replace("192.0.2.1", "no-such-host.invalid");
        assertThat(ports()).contains("✘ sftp-port.no-address");
    }

    @ParameterizedTest
    @CsvSource({
        "Permission denied, denied",
        "Permission denied: bind, denied",
        "Cannot assign requested address, no-address",
        "Can't assign requested address, no-address",
        "Address already in use: bind, taken"
    })
    void whyAPortCannotBeHadIsInTheSystemsWords(String why, String word) {
        assertThat(PortCheck.refusal(why)).isEqualTo(word);
    }

    @ParameterizedTest
    @CsvSource({
        "root, 0, ✔ sftp-port.free",
        "root, 1, ! sftp-port.privileged",
        "root, 1023, ! sftp-port.privileged",
        "root, 1024, ✔ sftp-port.free",
        "difusor, 1023, ✔ sftp-port.free"
    })
    void whatRootMayHaveTheServiceNeedNot(String account, int port, String outcome) {
        patient.account = account;
        PortCheck check = new PortCheck(patient.subject(), patient.keys);

        assertThat(Patient.outcomes(() -> List.of(check.bound(CheckId.SFTP_PORT, new Address("127.0.0.1", port)))))
                .containsExactly(outcome);
    }

    @Test
    void theRunningAgentAnswersWithItsOwnKey() {
        patient.running = true;
        assertThat(ports()).containsExactly("✔ sftp-port.answers", "✘ status-port.silent");

        patient.agent = Patient.seen(null, List.of(), null);
        patient.keys.shown = "SHA256:of another";
        assertThat(ports()).containsExactly("✘ sftp-port.other-key", "✔ status-port.answers");

        patient.keys.shown = null;
        assertThat(ports()).contains("✘ sftp-port.silent");

        patient.keys.shown = FakeKeys.OWN;
        patient.keys.failure = KeyChecksTest.unreadable();
        assertThat(ports()).contains("! sftp-port.answers-unknown");
    }

    @Test
    void aLookThatFailsIsAFindingLikeTheOthers() {
        assertThat(Patient.outcomes(() -> {
                    throw new IllegalStateException("odd");
                }))
                .containsExactly("! system.unchecked");
        assertThat(Patient.outcomes(() -> {
                    throw new IOException("odd");
                }))
                .containsExactly("! system.unchecked");
        assertThat(Patient.outcomes(() -> {
                    throw KeyChecksTest.unreadable();
                }))
                .containsExactly("! system.unchecked");
    }

    @Test
    void whatOtherProgramsSayStaysOneShortLine() {
        Finding finding = Finding.unchecked(CheckId.SYSTEM, "a\nb" + "x".repeat(1_000));

        assertThat(finding.arguments().get(0).toString()).startsWith("a bx").hasSize(Finding.MAX_FOREIGN + 1);
    }

    @Test
    void aProgramThatHangsOrIsMissingOrFailsAnswersNothing() throws Exception {
        long begin = System.nanoTime();
        expectNoAnswer("sleep 600; echo late");
        assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.MINUTES.toNanos(9));

        assertThat(PATIENT.run("no-such-program-here")).isEmpty();
        assertThat(PATIENT.run("sh", "-c", "echo no; exit 3")).isEmpty();
        assertThat(PATIENT.run("sh", "-c", "echo yes")).contains("yes\n");
    }

    /** Although it came to run. */
    private void expectNoAnswer(String script) throws Exception {
        Path file = folder.resolve("pid");
        HangingProgram.ended(
                file,
                timeout -> assertThat(new SystemCommands(timeout).run("sh", "-c", "echo $$ > " + file + "; " + script))
                        .isEmpty());
    }

    @Test
    void aProgramThatClosesItsOutputAndStaysIsNotBelieved() throws Exception {
        expectNoAnswer("exec >&- 2>&-; exec sleep 600");
    }

    @Test
    void aProgramIsToldNothing() {
        assertThat(PATIENT.run("cat")).contains("");
    }

    @Test
    void whatAProgramStartedIsKilledWithIt() throws Exception {
        Path file = folder.resolve("pid");

        long pid = HangingProgram.ended(
                file,
                timeout -> assertThat(
                                new SystemCommands(timeout).run("sh", "-c", "sleep 600 & echo $! > " + file + "; wait"))
                        .isEmpty());

        Optional<ProcessHandle> child = ProcessHandle.of(pid);
        if (child.isPresent()) {
            assertThat(child.get().onExit()).succeedsWithin(Duration.ofSeconds(60));
        }
    }

    @Test
    void whoIsInterruptedStaysSo() throws Exception {
        Path runs = folder.resolve("runs");
        FutureTask<Boolean> asking = new FutureTask<>(() -> {
            Optional<String> answer =
                    new SystemCommands(Duration.ofMinutes(9)).run("sh", "-c", "echo > " + runs + "; exec sleep 600");
            return answer.isEmpty() && Thread.currentThread().isInterrupted();
        });
        Thread thread = new Thread(asking);
        thread.start();
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(runs));
        thread.interrupt();

        assertThat(asking.get(5, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void theFindingsComeInTheOrderOfTheirChecks() throws Exception {
        Upload upload = (scratch, bytes) -> new Upload.Measured("sftp", List.of(50e6));
        Doctor doctor = new Doctor(patient.subject(), patient.keys, upload, new LocalDisk(), false);

        assertThat(doctor.examine().stream().map(Finding::check).toList())
                .contains(CheckId.SFTP_PORT, CheckId.STATUS_PORT, CheckId.CLOCK)
                .isSorted();
    }
}
