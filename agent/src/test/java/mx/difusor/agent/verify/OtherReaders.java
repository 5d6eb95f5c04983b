package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import mx.difusor.agent.model.Digest;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * What readers that are not ours find in an archive: every file's SHA-256 by its path. What neither is a file nor a
 * folder, or comes twice, is found under a name that no path of ours can have.
 */
final class OtherReaders {

    private static final int LIMIT_BYTES = 1 << 22;
    private static final int BLOCK_BYTES = 512;

    private OtherReaders() {}

    /** The JDK's reader that believes the directory. */
    static Map<String, String> zipFile(Path zip) throws IOException {
        Found found = new Found();
        try (ZipFile file = new ZipFile(zip.toFile())) {
            for (ZipEntry entry : Collections.list(file.entries())) {
                if (!entry.isDirectory()) {
                    found.put(entry.getName(), file.getInputStream(entry));
                }
            }
        }
        return found.byPath;
    }

    /** The JDK's reader that believes the local headers. */
    static Map<String, String> zipStream(byte[] zip) throws IOException {
        Found found = new Found();
        try (ZipInputStream stream = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = stream.getNextEntry(); entry != null; entry = stream.getNextEntry()) {
                if (!entry.isDirectory()) {
                    found.put(entry.getName(), stream);
                }
            }
        }
        return found.byPath;
    }

    /** A reader that stops at times or owners that are no numbers reads nothing else than we do, only less. */
    static void expectSameTar(InputStream tar, Map<String, String> ours) throws IOException {
        try {
            assertThat(all(new TarArchiveInputStream(tar, 20 * BLOCK_BYTES, BLOCK_BYTES, "UTF-8", true)))
                    .isEqualTo(ours);
        } catch (IOException e) {
            assertThat(e).hasMessage("Corrupted TAR archive.").hasCauseInstanceOf(IllegalArgumentException.class);
        }
    }

    private static Map<String, String> all(ArchiveInputStream<? extends ArchiveEntry> stream) throws IOException {
        Found found = new Found();
        try (stream) {
            for (ArchiveEntry entry = stream.getNextEntry(); entry != null; entry = stream.getNextEntry()) {
                boolean strange = entry instanceof TarArchiveEntry tar && !tar.isFile() && !tar.isDirectory();
                if (strange) {
                    found.byPath.put("/strange", entry.getName());
                } else if (!entry.isDirectory()) {
                    found.put(entry.getName(), stream);
                }
            }
        }
        return found.byPath;
    }

    private static final class Found {
        private final Map<String, String> byPath = new TreeMap<>();

        void put(String name, InputStream content) throws IOException {
            String path = name.startsWith("./") ? name.substring(2) : name;
            String digest = Digest.ofContent(content.readNBytes(LIMIT_BYTES)).hex();
            if (byPath.put(path, digest) != null) {
                byPath.put("/twice", path);
            }
        }
    }
}
