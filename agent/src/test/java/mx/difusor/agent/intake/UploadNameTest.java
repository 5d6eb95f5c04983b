package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadNameTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "p.zip",
                "p.tar",
                "p.tar.gz",
                "p.tgz",
                "p.tar.xz",
                "p.tar.zst",
                "PREP.ZIP",
                "Preparación 1.Tar.Gz"
            })
    void archivesAndTheirSidecars(String name) throws Refused {
        assertThat(UploadName.parse(name)).isEqualTo(new UploadName(name, UploadName.Role.ARCHIVE, name));
        for (String suffix : new String[] {".p7s", ".sig", ".asc", ".P7S"}) {
            assertThat(UploadName.parse(name + suffix))
                    .isEqualTo(new UploadName(name + suffix, UploadName.Role.SIGNATURE, name));
        }
        assertThat(UploadName.parse(name + ".sha256").role()).isEqualTo(UploadName.Role.CHECKSUM);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"p.zip.part", "p.zip.filepart", "p.partial", "anything.tmp", ".in.p.zip", ".zip", "P.ZIP.PART"})
    void temporaryNames(String name) throws Refused {
        assertThat(UploadName.parse(name).isTemporary()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"p.rar", "p", "index.html", "p.p7s", "p.zip.md5", "p.zip.sha256.p7s", "p.zip.p7s.sha256", "zip"})
    void otherNamesAreRefusedWithThoseThatAreTaken(String name) {
        assertThatThrownBy(() -> UploadName.parse(name))
                .isInstanceOf(Refused.class)
                .hasMessageContaining(name)
                .hasMessageContaining(".tar.zst")
                .hasMessageContaining(".part");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a/b.zip",
                "a\\b.zip",
                "a:b.zip",
                "a*.zip",
                "a?.zip",
                "a\".zip",
                "<a.zip",
                "a>.zip",
                "a|.zip",
                "a\u0000.zip",
                "a\n.zip",
                "a\u007f.zip",
                "a\u0085.zip",
                "a\ufffd.zip",
                ".part.",
                ".x ",
                "con.zip",
                "NUL.tar.gz",
                "com1.zip",
                "LPT9.tgz",
                ".claimed",
                ".CLAIMED",
                "..",
                "."
            })
    void namesThatMeanSomethingElseSomewhereAreRefused(String name) {
        assertThatThrownBy(() -> UploadName.parse(name)).isInstanceOf(Refused.class);
    }

    @Test
    void namesHaveALimitInBytes() throws Refused {
        String longest = "é".repeat((UploadName.MAX_BYTES - 4) / 2) + ".zip";
        assertThat(UploadName.parse(longest).role()).isEqualTo(UploadName.Role.ARCHIVE);
        assertThatThrownBy(() -> UploadName.parse("x" + longest)).hasMessageContaining("200 bytes");
        assertThatThrownBy(() -> UploadName.parse("")).hasMessageEndingWith("or empty");
    }
}
