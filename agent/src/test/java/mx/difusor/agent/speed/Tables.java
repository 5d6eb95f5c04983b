package mx.difusor.agent.speed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/** What was measured, as Markdown: on the console, and in {@code target/speed/} to be taken into the documentation. */
final class Tables {

    private final Path file;

    /** @param columns the first one names the row */
    Tables(String title, String... columns) throws IOException {
        Path folder = Files.createDirectories(Path.of("target", "speed"));
        file = folder.resolve(title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + ".md");
        Files.deleteIfExists(file);
        say("### " + title);
        say("");
        say("| " + String.join(" | ", columns) + " |");
        say("| --- " + "| --- ".repeat(columns.length - 1) + "|");
    }

    /** With the columns that {@link #compare} fills. */
    static Tables comparing(String title, String what, String theirs) throws IOException {
        return new Tables(title, what, "agent", theirs, "ratio of times", "times as fast");
    }

    Comparison compare(String what, Comparison comparison) throws IOException {
        say("| " + what + " | " + comparison + " |");
        return comparison;
    }

    void row(Object... cells) throws IOException {
        say("| "
                + String.join(
                        " | ", List.of(cells).stream().map(String::valueOf).toList()) + " |");
    }

    static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private void say(String line) throws IOException {
        System.out.println(line);
        Files.writeString(
                file, line + "\n", StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
