package mx.difusor.agent.institute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParcelTest {

    @TempDir
    private Path folder;

    private void write(String... names) throws Exception {
        for (String name : names) {
            Files.writeString(folder.resolve(name), "x");
        }
    }

    @Test
    void whatLiesBesideAnArchiveGoesBeforeItInAnyCase() throws Exception {
        write("PREP.ZIP", "PREP.ZIP.SHA256", "PREP.ZIP.ASC", "PREP.ZIP.p7s", "OTRO.ZIP.P7S", "PREP.ZIP.P7S.OLD");
        assertThat(Parcel.of(folder.resolve("PREP.ZIP")).files())
                .extracting(file -> String.valueOf(file.getFileName()))
                .isEqualTo(List.of("PREP.ZIP.p7s", "PREP.ZIP.ASC", "PREP.ZIP.SHA256", "PREP.ZIP"));
    }

    @Test
    void anArchiveWithoutASignatureIsNotSent() throws Exception {
        write("PREP.ZIP", "PREP.ZIP.SHA256");
        assertThatThrownBy(() -> Parcel.of(folder.resolve("PREP.ZIP")))
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("has no signature beside it");
    }
}
