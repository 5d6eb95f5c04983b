package mx.difusor.agent.institute;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** The archive formats of the contract ("A package"), chosen by the file name's ending. */
public enum PackFormat {
    ZIP(".zip"),
    TAR(".tar"),
    TAR_GZ(".tar.gz"),
    TGZ(".tgz"),
    TAR_XZ(".tar.xz"),
    TAR_ZST(".tar.zst");

    /** Highest preset that a default JVM heap carries without effort; results compress little better above. */
    private static final int XZ_PRESET = 6;

    private final String extension;

    PackFormat(String extension) {
        this.extension = extension;
    }

    /** With its leading dot. */
    public String extension() {
        return extension;
    }

    /** The format that a file name asks for; capitals do not matter. */
    public static Optional<PackFormat> ofName(String fileName) {
        String lower = fileName.toLowerCase(Locale.ROOT);
        for (PackFormat format : values()) {
            if (lower.endsWith(format.extension) && lower.length() > format.extension.length()) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /** A new archive file whose entries all carry the time of {@code cut}. Fails where the file exists. */
    ArchiveWriter create(Path newFile, OffsetDateTime cut) throws IOException {
        if (this == ZIP) {
            return new ZipWriter(newFile, cut);
        }
        OutputStream file =
                new BufferedOutputStream(Files.newOutputStream(newFile, StandardOpenOption.CREATE_NEW), 1 << 16);
        try {
            return new TarWriter(compressing(file), cut);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private OutputStream compressing(OutputStream file) throws IOException {
        return switch (this) {
            case ZIP, TAR -> file;
            case TAR_GZ, TGZ -> new GZIPOutputStream(file, 1 << 16);
            case TAR_XZ -> new XZOutputStream(file, new LZMA2Options(XZ_PRESET));
            case TAR_ZST -> new ZstdCompressorOutputStream(file);
        };
    }
}
