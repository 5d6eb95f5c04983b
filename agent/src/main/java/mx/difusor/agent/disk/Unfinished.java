package mx.difusor.agent.disk;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/** The names under which something is written beside a file before it takes its place: what a crash leaves there is nothing. */
public final class Unfinished {

    private static final Pattern NAME = Pattern.compile("\\..+\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");

    private Unfinished() {}

    /** A new name in the folder of {@code file}. */
    public static Path beside(Path file) {
        return file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    }

    /** Deletes what an earlier process left in this folder, not below it. Nobody may be writing there. */
    public static void clear(Disk disk, Path folder) throws IOException {
        List<Path> left = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (NAME.matcher(entry.getFileName().toString()).matches()) {
                    left.add(entry);
                }
            }
        } catch (NoSuchFileException e) {
            return;
        }
        for (Path one : left) {
            disk.delete(one);
        }
    }
}
