package mx.difusor.agent.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The web server on this host: which one runs, whether its root is the live link, and what would show old cuts. */
final class WebServerCheck implements Check {

    private static final Map<String, String> NAMES = Map.of(
            "nginx", "nginx",
            "openresty", "nginx",
            "apache2", "apache",
            "httpd", "apache",
            "caddy", "caddy",
            "lighttpd", "lighttpd",
            "w3wp", "iis",
            "inetinfo", "iis");

    private static final Pattern ROOT = Pattern.compile("(?m)(?:^|[;{}\\s])(?:root|alias)\\s+\"?([^;\"]+)\"?\\s*;");
    private static final Pattern OPEN_FILE_CACHE = Pattern.compile("(?m)(?:^|[;{}\\s])open_file_cache\\s+([^;]+);");
    private static final Pattern DISABLE_SYMLINKS = Pattern.compile("(?m)(?:^|[;{}\\s])disable_symlinks\\s+([^;]+);");
    private static final Pattern DOCUMENT_ROOT =
            Pattern.compile("(?im)^\\s*DocumentRoot\\s+\"?([^\"\\r\\n]+?)\"?\\s*$");
    private static final Pattern OPTIONS = Pattern.compile("(?im)^\\s*Options\\s+([^\\r\\n]+)$");
    private static final Pattern INCLUDED = Pattern.compile("\\([^)]*\\)\\s+(/\\S+)");
    private static final Pattern NGINX_CONFIGURATION = Pattern.compile("(?:^|[/\\s])nginx\\b.*\\s-c\\s+(/\\S+)");
    private static final Pattern APACHE_CONFIGURATION =
            Pattern.compile("(?:^|[/\\s])(?:apache2|httpd)\\b.*\\s-f\\s+(/\\S+)");
    private static final int FILES_READ = 200;
    private static final long FILE_BYTES = 1 << 20;

    private final Subject subject;

    WebServerCheck(Subject subject) {
        this.subject = subject;
    }

    @Override
    public List<Finding> look() {
        Set<String> running = running();
        List<Finding> findings = new ArrayList<>();
        if (running.isEmpty()) {
            return List.of(Finding.note(CheckId.WEB_SERVER, "none"));
        }
        if (running.contains("nginx")) {
            nginx(findings);
        }
        if (running.contains("apache")) {
            apache(findings);
        }
        for (String other : running) {
            if (!other.equals("nginx") && !other.equals("apache")) {
                findings.add(Finding.note(CheckId.WEB_SERVER, "other", other).with("server", other));
            }
        }
        return findings;
    }

    private Set<String> running() {
        Optional<String> processes = subject.machine().windows()
                ? subject.commands().run("tasklist", "/fo", "csv", "/nh")
                : subject.commands().run("ps", "-A", "-o", "comm=");
        Set<String> found = new LinkedHashSet<>();
        for (String line : processes.orElse("").lines().toList()) {
            String program = line.strip().replaceFirst("^\"?([^\",]+).*", "$1").replaceFirst(".*/", "");
            String name = NAMES.get(
                    program.toLowerCase(Locale.ROOT).replaceFirst("\\.exe$", "").replaceFirst(":.*", ""));
            if (name != null) {
                found.add(name);
            }
        }
        return found;
    }

    private void nginx(List<Finding> findings) {
        Optional<String> own = ownConfiguration(NGINX_CONFIGURATION);
        Optional<String> printed = own.isPresent()
                ? subject.commands().run("nginx", "-T", "-c", own.get())
                : subject.commands().run("nginx", "-T");
        if (printed.isEmpty()) {
            findings.add(Finding.note(CheckId.WEB_SERVER, "unread", "nginx", "nginx -T")
                    .with("server", "nginx"));
            return;
        }
        String text = withoutComments(printed.get());
        findings.add(root("nginx", all(ROOT, text)));
        boolean cached = all(OPEN_FILE_CACHE, text).stream().anyMatch(value -> !value.equals("off"));
        boolean linksOff = all(DISABLE_SYMLINKS, text).stream().anyMatch(value -> !value.equals("off"));
        if (cached) {
            findings.add(Finding.fault(CheckId.NGINX, "open-file-cache"));
        }
        if (linksOff) {
            findings.add(Finding.fault(CheckId.NGINX, "disable-symlinks"));
        }
        if (!cached && !linksOff) {
            findings.add(Finding.fine(CheckId.NGINX, "good"));
        }
    }

    private void apache(List<Finding> findings) {
        Optional<String> own = ownConfiguration(APACHE_CONFIGURATION);
        Optional<String> includes = Optional.empty();
        for (String program : List.of("apachectl", "apache2", "httpd")) {
            if (includes.isEmpty()) {
                includes = own.isPresent()
                        ? subject.commands().run(program, "-f", own.get(), "-t", "-D", "DUMP_INCLUDES")
                        : subject.commands().run(program, "-t", "-D", "DUMP_INCLUDES");
            }
        }
        String text = withoutComments(contents(all(INCLUDED, includes.orElse(""))));
        if (text.isBlank()) {
            findings.add(Finding.note(CheckId.WEB_SERVER, "unread", "Apache", "apachectl -t -D DUMP_INCLUDES")
                    .with("server", "apache"));
            return;
        }
        findings.add(root("Apache", all(DOCUMENT_ROOT, text)));
        List<String> options = all(OPTIONS, text).stream()
                .map(value -> value.toLowerCase(Locale.ROOT))
                .toList();
        if (options.stream()
                .anyMatch(value -> value.contains("symlinksifownermatch") && !value.contains("-symlinks"))) {
            findings.add(Finding.note(CheckId.APACHE, "owner-match"));
        } else if (options.stream().noneMatch(value -> value.matches("(.*[\\s+])?(followsymlinks|all)\\b.*"))
                || options.stream().anyMatch(value -> value.contains("-followsymlinks"))) {
            findings.add(Finding.note(CheckId.APACHE, "no-links"));
        } else {
            findings.add(Finding.fine(CheckId.APACHE, "good"));
        }
    }

    /** The file that the running server was started with, where it was named. */
    private Optional<String> ownConfiguration(Pattern arguments) {
        return subject.commands()
                .run("ps", "-A", "-o", "args=")
                .flatMap(lines -> lines.lines()
                        .map(arguments::matcher)
                        .filter(Matcher::find)
                        .map(matcher -> matcher.group(1))
                        .findFirst());
    }

    private Finding root(String server, List<String> roots) {
        Path live = subject.config().publish().live();
        String release = null;
        for (String text : roots) {
            try {
                Path root = Path.of(text.strip());
                if (!root.isAbsolute()) {
                    continue; // from a folder that the server chose when it was built
                }
                if (root.normalize().startsWith(subject.home().releases())) {
                    release = text;
                } else if (root.toRealPath().equals(live.toRealPath())) {
                    return Finding.fine(CheckId.WEB_SERVER, "serves", server, text.strip())
                            .with("server", server.toLowerCase(Locale.ROOT))
                            .with("root", text.strip());
                }
            } catch (IOException | InvalidPathException e) {
                // A root with variables, or one that is not there, or no live root yet: not ours.
            }
        }
        Finding finding = release == null
                ? Finding.note(CheckId.WEB_SERVER, "elsewhere", server, live.toString())
                : Finding.fault(CheckId.WEB_SERVER, "release", server, release.strip(), live.toString());
        return finding.with("server", server.toLowerCase(Locale.ROOT));
    }

    private static String contents(List<String> files) {
        StringBuilder text = new StringBuilder();
        for (String name : files.subList(0, Math.min(FILES_READ, files.size()))) {
            try {
                Path file = Path.of(name);
                if (Files.isRegularFile(file) && Files.size(file) <= FILE_BYTES) {
                    text.append(new String(Files.readAllBytes(file), StandardCharsets.UTF_8))
                            .append('\n');
                }
            } catch (IOException | InvalidPathException e) {
                // What cannot be read says nothing.
            }
        }
        return text.toString();
    }

    private static String withoutComments(String text) {
        return text.replaceAll("(?m)^\\s*#.*$", "").replaceAll("(?m)\\s#.*$", "");
    }

    private static List<String> all(Pattern pattern, String text) {
        List<String> found = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1).strip());
        }
        return found;
    }
}
