package mx.difusor.agent.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** What an agent asks of the disk, as {@code strace} sees it. */
final class SystemCalls {

    private static final String NAMES = "fsync,fdatasync,rename,renameat,renameat2,link,linkat,symlink,symlinkat";

    private static final Pattern LINE = Pattern.compile("^(\\d+) +(?:<\\.\\.\\. )?(\\w+)(.*)$");
    private static final Pattern OPEN_FILE = Pattern.compile("^\\(\\d+<([^>]*)>");
    private static final Pattern TEXT = Pattern.compile("\"([^\"]*)\"");

    private final Path trace;
    private final String home;

    /** @param home as the agent names it; paths are given below it */
    SystemCalls(Path trace, Path home) {
        this.trace = trace;
        this.home = home.toString();
    }

    /** Skips the test loudly where processes may not be traced. */
    static void needsTracing(Path folder) throws IOException {
        Shell.needs("strace");
        Shell.Result tried = Shell.run(folder, Map.of(), List.of("strace", "-f", "-o", "/dev/null", "true"));
        if (tried.code() != 0) {
            System.err.println("SKIPPED: this host does not let strace trace: "
                    + tried.errors().strip());
            Assumptions.abort("tracing is not allowed here");
        }
    }

    /** The agent stays a child of ours: the tracer steps aside. */
    List<String> tracer() {
        return List.of("strace", "-D", "-f", "-y", "--seccomp-bpf", "-e", "trace=" + NAMES, "-o", trace.toString());
    }

    /**
     * Those that succeeded, {@code fdatasync} as {@code fsync}, such as {@code fsync a/b} or {@code rename a b}: syncs in the order of their ends, all
     * others in the order of their beginnings.
     */
    List<String> inOrder() throws IOException {
        Map<String, String> unfinished = new HashMap<>();
        Map<String, Integer> began = new HashMap<>();
        List<String> calls = new ArrayList<>();
        for (String line : Files.readAllLines(trace)) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                continue;
            }
            String thread = matcher.group(1);
            String rest = matcher.group(3);
            if (rest.endsWith("<unfinished ...>")) {
                unfinished.put(thread, rest);
                began.put(thread, calls.size());
                calls.add("");
                continue;
            }
            String first = unfinished.getOrDefault(thread, "");
            Integer place = rest.startsWith(" resumed>") ? began.remove(thread) : null;
            boolean worked = rest.matches(".*= 0$");
            String call = worked ? call(matcher.group(2), place == null ? rest : first) : "";
            if (place != null && !matcher.group(2).endsWith("sync")) {
                calls.set(place, call);
            } else {
                calls.add(call);
            }
        }
        return calls.stream().filter(call -> !call.isEmpty()).toList();
    }

    private String call(String name, String arguments) {
        Matcher open = OPEN_FILE.matcher(arguments);
        if (open.find()) {
            return "fsync " + below(open.group(1));
        }
        List<String> paths = new ArrayList<>();
        Matcher text = TEXT.matcher(arguments);
        while (text.find()) {
            paths.add(below(text.group(1)));
        }
        String plain = name.replaceAll("at2?$", "");
        return plain.equals("symlink")
                ? plain + " " + paths.get(paths.size() - 1)
                : plain + " " + String.join(" ", paths);
    }

    private String below(String path) {
        if (path.equals(home)) {
            return ".";
        }
        return path.startsWith(home + "/") ? path.substring(home.length() + 1) : path;
    }
}
