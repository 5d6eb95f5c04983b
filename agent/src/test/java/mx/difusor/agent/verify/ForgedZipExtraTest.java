package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.ForgedZip.field;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import mx.difusor.agent.model.Reason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Zips whose headers carry more extra fields than any tool writes. */
class ForgedZipExtraTest {

    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void aBench() {
        bench = new Bench(folder);
    }

    /** Ids that mean nothing to anyone, each another one. */
    static byte[] fields(int count, int contentBytes) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            all.writeBytes(field(0x4000 + i, new byte[contentBytes]));
        }
        return all.toByteArray();
    }

    private @Nullable Reason reason(byte[] central, byte[] local) throws IOException {
        ForgedZip zip = ForgedZip.of(PackageBuilder.data().file("a.txt", "aaaa"), false);
        zip.first().extra = central;
        zip.first().localExtra = local;
        return bench.reason(zip.bytes(), "p.zip");
    }

    @Test
    void asManyFieldsInAHeaderAsAllowedAndOneMore() throws IOException {
        byte[] most = fields(ZipHeader.MAX_EXTRA_FIELDS, 0);
        byte[] oneMore = fields(ZipHeader.MAX_EXTRA_FIELDS + 1, 0);

        assertThat(reason(most, most)).isNull();
        assertThat(reason(oneMore, most)).isEqualTo(Reason.ARCHIVE_BOMB);
        assertThat(reason(most, oneMore)).isEqualTo(Reason.ARCHIVE_BOMB);
        assertThat(reason(fields(100, 0), new byte[0])).isEqualTo(Reason.ARCHIVE_BOMB);
    }

    @Test
    void asManyBytesOfThemAsAllowedAndOneMore() throws IOException {
        byte[] most = fields(1, ZipHeader.MAX_EXTRA_BYTES - 4);
        byte[] oneMore = fields(1, ZipHeader.MAX_EXTRA_BYTES - 3);

        assertThat(reason(most, most)).isNull();
        assertThat(reason(oneMore, most)).isEqualTo(Reason.ARCHIVE_BOMB);
        assertThat(reason(most, oneMore)).isEqualTo(Reason.ARCHIVE_BOMB);
    }

    @Test
    void asManyInAllHeadersAsAllowedAndOneMore() throws IOException {
        ForgedZip zip = new ForgedZip();
        PackageBuilder files = PackageBuilder.data();
        int full = ZipStructure.MAX_EXTRA_FIELDS / (2 * ZipHeader.MAX_EXTRA_FIELDS);
        for (int i = 0; i <= full; i++) {
            files.file(i + ".txt", "");
        }
        zip.entries.addAll(ForgedZip.of(files, false).entries);
        byte[] most = fields(ZipHeader.MAX_EXTRA_FIELDS, 0);
        zip.entries.subList(0, full).forEach(entry -> {
            entry.extra = most;
            entry.localExtra = most;
        });
        int left = ZipStructure.MAX_EXTRA_FIELDS % (2 * ZipHeader.MAX_EXTRA_FIELDS);
        zip.entries.get(full).extra = fields(left, 0);
        assertThat(bench.reason(zip.bytes(), "p.zip")).isNull();

        zip.entries.get(full).localExtra = fields(1, 0);
        assertThat(bench.reason(zip.bytes(), "p.zip")).isEqualTo(Reason.ARCHIVE_BOMB);

        zip.entries.get(full).localExtra = new byte[0];
        zip.entries.get(full).extra = fields(left + 1, 0);
        assertThat(bench.reason(zip.bytes(), "p.zip")).isEqualTo(Reason.ARCHIVE_BOMB);
    }
}
