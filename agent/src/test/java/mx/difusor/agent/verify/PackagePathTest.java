package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackagePathTest {

    private static final PackageLimits LIMITS = PackageLimits.defaults();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "index.html",
                "datos/gob.json",
                "León/Año electoral.txt",
                "a..b",
                "...a",
                "con1.txt",
                "console.txt",
                "COM.txt",
                "com10",
                "auxiliar/nulo.json",
                "a~b",
                "~a",
                "a b",
                "a-b_c+d(e)[f]{g}@h#i%j&k=l,m;n!o$p^q'r`",
                "😀.png",
                "1º distrito.csv",
                "½ corte.txt",
                ".htaccess"
            })
    void goodPaths(String path) {
        assertThat(PackagePath.problem(path, LIMITS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/a",
                "a/",
                "a//b",
                ".",
                "..",
                "./a",
                "a/./b",
                "../a",
                "a/../b",
                "a/..",
                "C:/a",
                "c:a",
                "a:b",
                "a\\b",
                "\\\\host\\a",
                "..\\a",
                "a*",
                "a?",
                "a\"",
                "a<",
                "a>",
                "a|b",
                "a\0",
                "a\nb",
                "a\u007f",
                "a\u0085b",
                "a\u200bb",
                "a\u202eb",
                "\ufeffa",
                "a\u2028b",
                "a\ue000",
                "a\ufffd",
                "a\uffff",
                "n\u0303",
                "con",
                "CON",
                "Con.txt",
                "a/nul",
                "nul.tar.gz",
                "prn.",
                "aux .txt",
                "COM1",
                "com\u00b9.txt",
                "lpt0.a",
                "LPT9/a",
                "conin$",
                "CONOUT$.txt",
                "clock$",
                "a.",
                "a./b",
                "a ",
                "a /b",
                " a",
                "a/ b",
                "\u00a0a",
                "PROGRA~1",
                "a/ANDROI~2/b",
                "FOOOOO~1.JPG",
                "a\u200db",
                "a\u00adb",
                "\u2067a",
                "\udb40\udc41",
                "a\ufe0f",
                "a\u034f",
                "\u3164",
                "a\u2800b",
                "a\u115f",
                "a\uff0fb",
                "a\uff1ab",
                "a\uff3cb",
                "\u2105",
                "\uff0e\uff0e/a",
                "\uff23\uff2f\uff2e",
                "a\uff0e",
                "a~\uff11",
                "com\u00b2"
            })
    void badPaths(String path) {
        assertThat(PackagePath.problem(path, LIMITS)).isPresent();
    }

    /** The first of its faults that a person would name. */
    @ParameterizedTest
    @CsvSource({
        "../../../../../../../../../../../../../../../../../a, has .. in it",
        "/a/../b, is absolute",
        "'', is empty",
        "., has . in it",
        "a/./b, has . in it",
        "a/.., has .. in it",
        "a//b, has an empty name between two slashes",
        "a., has a name that ends in a dot",
        "' a', has a name that begins or ends in a space",
        "'a ', has a name that begins or ends in a space",
        "a\\b, has a backslash where / has to separate",
        "nul.txt, has the name of a Windows device",
        "'PROGRA~1', 'looks like a Windows short name, with a ~ and a digit'"
    })
    void theMessageNamesTheVeryCause(String path, String cause) {
        assertThat(PackagePath.problem(path, LIMITS)).contains(cause);
    }

    /** Whoever gets the archive from such a tool has no file to rename. */
    @Test
    void theCureForABackslashIsAnotherTool() {
        assertThatThrownBy(() -> PackagePath.expectSafe("a\\b", LIMITS, "the archive"))
                .hasMessage("the path has a backslash where / has to separate: pack with another tool than"
                        + " Compress-Archive of an old Windows PowerShell (7-Zip, the tar of Windows 11, .NET 4.6.1 or"
                        + " later), or rename it");
        assertThatThrownBy(() -> PackagePath.expectSafe("a.", LIMITS, "the archive"))
                .hasMessage("the path has a name that ends in a dot: rename it");
        // The archive may have been made by another tool than the manifest.
        assertThatThrownBy(() -> PackagePath.expectSafe("a\\b", LIMITS, Manifest.NAME))
                .hasMessage("manifest.json names a path that has a backslash where / has to separate: write the"
                        + " manifest's paths with /");
        assertThatThrownBy(() -> PackagePath.expectSafe("a.", LIMITS, Manifest.NAME))
                .hasMessage("manifest.json names a path that has a name that ends in a dot: rename the file, and list"
                        + " it by its new name");
    }

    /** A Mac shows one name in both forms, and gives it form D again. */
    @Test
    void theCureForAnotherFormIsNoRenaming() {
        String cure = ": use letters without accents, or make the package with difusor pack, which writes form C";
        assertThatThrownBy(() -> PackagePath.expectSafe("A\u0301vila.csv", LIMITS, "the archive"))
                .hasMessage("the path is not in Unicode's normal form C (macOS writes form D)" + cure);
        assertThatThrownBy(() -> PackagePath.expectSafe("A\u0301vila.csv", LIMITS, Manifest.NAME))
                .hasMessage("manifest.json names a path that is not in Unicode's normal form C (macOS writes form D)"
                        + cure);
    }

    @Test
    void unpairedSurrogatesAreNoCharacters() {
        assertThat(PackagePath.problem("a\ud800", LIMITS)).isPresent();
    }

    @Test
    void lengthsAndDepthHaveLimits() {
        String longest = "a".repeat(120) + "/" + "b".repeat(119);
        assertThat(PackagePath.problem(longest, LIMITS)).isEmpty();
        assertThat(PackagePath.problem(longest + "b", LIMITS)).isPresent();
        assertThat(PackagePath.problem("a".repeat(121), LIMITS)).isPresent();
        assertThat(PackagePath.problem("ñ".repeat(61), LIMITS)).isPresent();
        assertThat(PackagePath.problem("a/".repeat(15) + "b", LIMITS)).isEmpty();
        assertThat(PackagePath.problem("a/".repeat(16) + "b", LIMITS)).isPresent();
    }

    @Test
    void bytesHaveToBeUtf8() throws UnreadablePackageException {
        assertThat(PackagePath.decode("año".getBytes(StandardCharsets.UTF_8))).isEqualTo("año");
        assertThatThrownBy(() -> PackagePath.decode("año".getBytes(StandardCharsets.ISO_8859_1)))
                .isInstanceOf(UnreadablePackageException.class);
        assertThatThrownBy(() -> PackagePath.decode(new byte[] {(byte) 0xC0, (byte) 0xAF}))
                .isInstanceOf(UnreadablePackageException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A.txt",
                "DATOS/b.txt",
                "datos",
                "a.txt/b.txt",
                "Datos/c.txt",
                "ÑANDÚ.txt",
                "STRASSE",
                "ẞ",
                "İ",
                "ı",
                "ſ",
                "\u017f",
                "ΟΔΟΣ",
                "οδοσ",
                "ﬁn",
                "DŽ",
                "Ⅷ",
                "ａ.txt"
            })
    void pathsThatSomeFileSystemTakesForOneAreUnsafe(String second) throws UnreadablePackageException {
        PathLedger ledger = new PathLedger(LIMITS, "the archive", Reason.ARCHIVE_CORRUPT, Reason.ARCHIVE_BOMB);
        for (String first :
                new String[] {"a.txt", "datos/b.txt", "ñandú.txt", "straße", "ß", "i", "s", "οδος", "fin", "ǆ", "viii"
                }) {
            ledger.file(first);
        }
        ledger.folder("datos");
        ledger.file("datos/c.txt");

        assertThatThrownBy(() -> ledger.file(second))
                .isInstanceOfSatisfying(
                        UnreadablePackageException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.PATH_UNSAFE));
    }

    @Test
    void whatIsShownToPeopleIsEscapedAndCut() {
        assertThat(PackagePath.printable("a\u001b[31m\u202eb")).isEqualTo("a\\u001b[31m\\u202eb");
        assertThat(PackagePath.printable("a".repeat(300))).hasSize(201);
        assertThat(PackagePath.printable("\u0001\u200b\ud800\u2028\u2029"))
                .isEqualTo("\\u0001\\u200b\\ud800\\u2028\\u2029");
    }
}
