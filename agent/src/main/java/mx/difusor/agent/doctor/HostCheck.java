package mx.difusor.agent.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The system, its Java, and the agent on it. */
final class HostCheck implements Check {

    /** A decoder of xz takes 66 MiB of the heap, a large manifest as much; the launcher gives 256 MiB. */
    static final long LEAST_HEAP_BYTES = 200L << 20;

    /** Connections to the status and to SFTP, and the files of packages that are checked. */
    static final long LEAST_OPEN_FILES = 1_024;

    static final long GOOD_OPEN_FILES = 4_096;

    private static final Runtime.Version SAFE_17 = Runtime.Version.parse("17.0.3");
    private static final Runtime.Version SAFE_18 = Runtime.Version.parse("18.0.1");
    private static final int JAVA_18 = 18;

    private final Subject subject;

    HostCheck(Subject subject) {
        this.subject = subject;
    }

    @Override
    public List<Finding> look() {
        List<Finding> findings = new ArrayList<>(List.of(system(), java(), heap(), openFiles()));
        AgentSeen agent = subject.agent();
        if (agent != null) {
            findings.add(Finding.fine(CheckId.AGENT, "running", agent.version(), agent.startedAt(), agent.state()));
        } else {
            findings.add(Finding.note(CheckId.AGENT, subject.running() ? "mute" : "stopped"));
        }
        return findings;
    }

    private Finding system() {
        Machine machine = subject.machine();
        String name = machine.system() + " " + machine.version() + " " + machine.architecture();
        boolean tried = machine.linux() || machine.freeBsd();
        String word = tried ? "known" : machine.windows() ? "windows" : "other";
        Finding finding = tried ? Finding.fine(CheckId.SYSTEM, word, name) : Finding.note(CheckId.SYSTEM, word, name);
        return finding.with("system", name);
    }

    /** CVE-2022-21449: until then Java took an empty ECDSA signature for a good one. */
    private Finding java() {
        String text = subject.machine().java();
        Runtime.Version version;
        try {
            version = Runtime.Version.parse(text);
        } catch (IllegalArgumentException e) {
            return Finding.note(CheckId.JAVA, "unknown", text);
        }
        Runtime.Version safe = version.feature() >= JAVA_18 ? SAFE_18 : SAFE_17;
        Finding finding = version.compareToIgnoreOptional(safe) >= 0
                ? Finding.fine(CheckId.JAVA, "safe", text)
                : Finding.fault(CheckId.JAVA, "unsafe", text, safe.toString());
        return finding.with("java", text);
    }

    private Finding heap() {
        long bytes = subject.machine().heapBytes();
        String text = (bytes >> 20) + " MiB";
        Finding finding = bytes >= LEAST_HEAP_BYTES
                ? Finding.fine(CheckId.HEAP, "enough", text)
                : Finding.fault(CheckId.HEAP, "small", text);
        return finding.with("heapBytes", bytes);
    }

    private Finding openFiles() {
        OptionalLong limit = subject.machine().openFiles();
        if (limit.isEmpty()) {
            return Finding.note(CheckId.OPEN_FILES, "unknown");
        }
        long files = limit.getAsLong();
        Finding finding = files < LEAST_OPEN_FILES
                ? Finding.fault(CheckId.OPEN_FILES, "few", files)
                : files < GOOD_OPEN_FILES
                        ? Finding.note(CheckId.OPEN_FILES, "some", files)
                        : Finding.fine(CheckId.OPEN_FILES, "enough", files);
        return finding.with("openFiles", files);
    }
}
