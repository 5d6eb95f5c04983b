package mx.difusor.agent.publish.adopt;

import java.io.IOException;
import java.nio.file.Path;
import mx.difusor.agent.disk.LocalDisk;

/** The process ends, as by SIGKILL, right after so many changes of the disk. */
final class MortalDisk extends LocalDisk {

    /** Nothing in the code under test catches it. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    private int left;

    MortalDisk(int changes) {
        this.left = changes;
    }

    void change() {
        if (left-- == 0) {
            throw new Killed();
        }
    }

    @Override
    public void createDirectories(Path folder, Access access) throws IOException {
        change();
        super.createDirectories(folder, access);
    }

    @Override
    public void linkAtomically(Path link, Path target) throws IOException {
        change();
        super.linkAtomically(link, target);
    }

    @Override
    public void moveAtomically(Path from, Path to) throws IOException {
        change();
        super.moveAtomically(from, to);
    }

    @Override
    public void syncDirectory(Path folder) throws IOException {
        change();
        super.syncDirectory(folder);
    }

    @Override
    public void delete(Path file) throws IOException {
        change();
        super.delete(file);
    }

    @Override
    public void deleteTree(Path folder) throws IOException {
        change();
        super.deleteTree(folder);
    }
}
