package mx.difusor.agent.publish;

import java.security.MessageDigest;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.TreeFile;
import org.jspecify.annotations.Nullable;

/** A file's bytes against the tree's digest. */
final class FileCheck extends ByteCheck {

    private final TreeFile file;
    private final MessageDigest sha256 = Digest.sha256();
    private long size;

    FileCheck(TreeFile file) {
        this.file = file;
    }

    @Override
    long take(byte[] buffer, int n) {
        sha256.update(buffer, 0, n);
        size += n;
        return n;
    }

    @Override
    boolean wrong() {
        return size > file.size();
    }

    @Override
    String expected() {
        return Inspection.words(file);
    }

    @Override
    @Nullable
    Difference result() {
        if (wrong()) {
            return Difference.changed(file.path(), expected(), "more than " + file.size() + " bytes");
        }
        Digest found = Digest.of(sha256.digest());
        return found.equals(file.sha256())
                ? null
                : Difference.changed(file.path(), expected(), size + " bytes, sha256 " + found);
    }
}
