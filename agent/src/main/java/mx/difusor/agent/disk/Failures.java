package mx.difusor.agent.disk;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;

/** What the operating system said, in words for a sysadmin instead of names of Java classes. */
public final class Failures {

    private Failures() {}

    /** For example {@code permission denied: /var/lib/difusor/live}. */
    public static String inWords(IOException e) {
        if (e instanceof AccessDeniedException denied) {
            return "permission denied: " + denied.getFile();
        }
        if (e instanceof NoSuchFileException missing) {
            return "no such file or folder: " + missing.getFile();
        }
        if (e instanceof FileAlreadyExistsException occupied) {
            return "something else stands at " + occupied.getFile();
        }
        if (e instanceof NotDirectoryException file) {
            return "not a folder: " + file.getFile();
        }
        if (e instanceof FileSystemException other && other.getReason() != null) {
            return other.getReason().toLowerCase(Locale.ROOT) + ": " + other.getFile();
        }
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
