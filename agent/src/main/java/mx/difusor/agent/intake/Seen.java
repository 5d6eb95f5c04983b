package mx.difusor.agent.intake;

import java.nio.file.attribute.FileTime;

/** What an uploader sees of a file or folder. */
record Seen(boolean folder, long size, FileTime modified, boolean writable) {

    static Seen file(long size, FileTime modified, boolean writable) {
        return new Seen(false, size, modified, writable);
    }

    static Seen folder(FileTime modified, boolean writable) {
        return new Seen(true, 0, modified, writable);
    }
}
