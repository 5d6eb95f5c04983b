package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Random;
import java.util.Set;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.KnownDigest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawBytesTest {

    @TempDir
    Path folder;

    @Test
    void onePassGivesEveryDigestThatWasAskedForAndShowsEveryByte() throws Exception {
        byte[] content = new byte[300_000];
        new Random(1).nextBytes(content);
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        RawBytes raw = RawBytes.read(
                Files.write(folder.resolve("p.zip"), content),
                Set.of(StrongHash.SHA512),
                List.of((buffer, length) -> seen.write(buffer, 0, length)));
        assertThat(seen.toByteArray()).isEqualTo(content);
        assertThat(raw.size()).isEqualTo(content.length);
        assertThat(raw.sha256()).isEqualTo(Digest.ofContent(content));
        assertThat(raw.digest(StrongHash.SHA512))
                .isEqualTo(MessageDigest.getInstance("SHA-512").digest(content));
    }

    @Test
    void aDigestThatNobodyAskedForIsADefect() throws IOException {
        Digest sha256 = Digest.ofContent(new byte[0]);
        RawBytes known = RawBytes.known(folder.resolve("p.zip"), new KnownDigest(sha256, 0));
        assertThat(known.sha256()).isEqualTo(sha256);
        assertThatThrownBy(() -> known.digest(StrongHash.SHA384))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("SHA384 was not asked for");
    }
}
