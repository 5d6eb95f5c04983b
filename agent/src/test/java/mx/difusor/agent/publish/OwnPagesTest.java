package mx.difusor.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.TreeFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnPagesTest {

    private static final OffsetDateTime CUT = OffsetDateTime.parse("2024-06-02T23:45:00-07:00");
    private static final Instant SINCE = Instant.parse("2024-06-03T07:00:00Z");
    private static final OwnPages.Notice NOTICE = new OwnPages.Notice(CUT, SINCE, "");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private Path own;

    @SuppressWarnings("NullAway.Init")
    private OwnPages pages;

    private @Nullable String problem;

    @BeforeEach
    void pages() {
        own = folder.resolve("pages");
        pages = new OwnPages("Radio <b>Añil</b>", own, new LocalDisk());
    }

    private static String text(Target target, String path, Path into) throws IOException {
        Files.createDirectories(into);
        List<TreeFile> files = List.copyOf(target.tree().files());
        for (TreeFile file : files) {
            Files.createDirectories(into.resolve(file.path()).getParent());
        }
        target.contents().provide(files, into);
        return Files.readString(into.resolve(path), StandardCharsets.UTF_8);
    }

    private Target made(OwnPages.Notice notice) throws IOException {
        OwnPages.Made made = pages.notice("pel", notice);
        problem = made.problem();
        return made.target();
    }

    private String notice(OwnPages.Notice notice) throws IOException {
        return text(made(notice), "index.html", Files.createTempDirectory(folder, "out"));
    }

    private void write(String path, String text) throws IOException {
        Path file = own.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void aNoticeSaysInBothLanguagesWhatHappenedAndWhichCutWasTheLast() throws IOException {
        assertThat(notice(NOTICE))
                .contains(
                        "lang=\"es-MX\"",
                        "Radio &lt;b&gt;Añil&lt;/b&gt;",
                        "está interrumpida",
                        "El último corte que se recibió es el del domingo 2 de junio de 2024, 23:45 h (UTC-7).",
                        "Interrumpida desde el lunes 3 de junio de 2024, 00:00 h (UTC-7).",
                        "The last cut received is that of Sunday, 2 June 2024, 23:45 (UTC-7).")
                .doesNotContain("{{", "<b>Añil");
        assertThat(problem).isNull();
    }

    @Test
    void aNoticeBeforeAnyCutSaysThat() throws IOException {
        assertThat(notice(new OwnPages.Notice(null, SINCE, "")))
                .contains("Todavía no se ha recibido ningún corte.", "No cut has been received yet.")
                .doesNotContain("{{", "Interrumpida desde");
    }

    @ParameterizedTest
    @CsvSource({
        "2024-06-02T23:45:00-07:00, 23:45 h (UTC-7)",
        "2024-06-02T23:45:00+05:30, 23:45 h (UTC+5:30)",
        "2024-06-02T23:45:00-03:30, 23:45 h (UTC-3:30)",
        "2024-06-02T23:45:00Z, 23:45 h (UTC)"
    })
    void theCutIsToldInTheInstitutesOwnTime(OffsetDateTime cut, String words) throws IOException {
        assertThat(notice(new OwnPages.Notice(cut, SINCE, ""))).contains("2024, " + words + ".");
    }

    @Test
    void anOperatorsWordsAreTextAndNothingElse() throws IOException {
        assertThat(notice(new OwnPages.Notice(CUT, SINCE, "a <script>1</script> {{cut}} \"b\"")))
                .contains("a &lt;script&gt;1&lt;/script&gt; {{cut}} &quot;b&quot;");
    }

    @Test
    void differentPagesNeverHaveTheSameTimeAndSizeAndAllAreOlderThanAnyCut() throws IOException {
        TreeFile one = Objects.requireNonNull(made(NOTICE).tree().get("index.html"));
        OwnPages.Notice later = new OwnPages.Notice(CUT.plusMinutes(1), SINCE, "");
        TreeFile other = Objects.requireNonNull(made(later).tree().get("index.html"));
        assertThat(one.size()).isEqualTo(other.size());
        assertThat(one.modified()).isNotEqualTo(other.modified());
        assertThat(one.modified())
                .isBetween(Instant.parse("2000-01-01T00:00:00Z"), Instant.parse("2009-01-01T00:00:00Z"));
        assertThat(made(NOTICE).tree().get("index.html")).isEqualTo(one);
    }

    @Test
    void aLogoAppearsInTheAgentsPages() throws IOException {
        assertThat(notice(NOTICE)).doesNotContain("<img");
        write("logo.png", "not really a picture");
        assertThat(notice(NOTICE)).contains("<img class=\"logo\" src=\"logo.png\" alt=\"\">");
        write("logo.svg", "<svg/>");
        assertThat(notice(NOTICE)).contains("src=\"logo.svg\"").doesNotContain("logo.png");
        assertThat(pages.waiting("pel").target().tree().files())
                .extracting(TreeFile::path)
                .containsExactly("index.html", "logo.svg");
    }

    @Test
    void theDifusorsOwnFolderReplacesThePageWithTheWordsInTheirPlaces() throws IOException {
        write("notice/index.html", "<p>{{difusor}}|{{event}}|{{cut}}|{{message}}|{{unknown}}|{{</p>");
        write("notice/css/a.css", "a { content: '{{difusor}}' }");
        write("notice/.htaccess", "Deny from all");
        write("notice/.git/config", "x");
        Target target = made(new OwnPages.Notice(CUT, SINCE, "hola"));
        assertThat(target.tree().files()).extracting(TreeFile::path).containsExactly("css/a.css", "index.html");
        Path out = folder.resolve("out");
        assertThat(text(target, "index.html", out))
                .isEqualTo(
                        "<p>Radio &lt;b&gt;Añil&lt;/b&gt;|pel|domingo 2 de junio de 2024, 23:45 h (UTC-7)|hola|{{unknown}}|{{</p>");
        assertThat(out.resolve("css/a.css")).hasContent("a { content: '{{difusor}}' }");
        assertThat(problem).isNull();
        assertThat(text(pages.waiting("pel").target(), "index.html", folder.resolve("waiting")))
                .contains("todavía no se publican");
    }

    @Test
    void aFolderThatCannotServeIsSaidAndTheAgentsPageIsShown() throws IOException {
        write("notice/other.html", "x");
        assertThat(notice(NOTICE)).contains("está interrumpida");
        assertThat(problem).isEqualTo(own.resolve("notice") + " cannot be used: it has no index.html");
        write("notice/index.html", "mine");
        assertThat(notice(NOTICE)).isEqualTo("mine");
        assertThat(problem).isNull();
    }

    @Test
    void linksAndTooManyOrTooLargeFilesAreNotServed() throws IOException {
        write("notice/index.html", "mine");
        Path link = Files.createSymbolicLink(own.resolve("notice/secret"), Path.of("/etc/hostname"));
        assertThat(notice(NOTICE)).isNotEqualTo("mine");
        assertThat(problem).contains("secret is neither a file nor a folder");
        Files.delete(link);
        for (int i = 0; i < PageFolder.MOST_FILES - 1; i++) {
            write("notice/n/" + i, "");
        }
        assertThat(notice(NOTICE)).isEqualTo("mine");
        write("notice/n/more", "");
        assertThat(notice(NOTICE)).isNotEqualTo("mine");
        assertThat(problem).contains("more than 500 files");
        Files.delete(own.resolve("notice/n/more"));
        Files.write(own.resolve("notice/n/0"), new byte[PageFolder.MOST_BYTES - 4]);
        assertThat(notice(NOTICE)).isEqualTo("mine");
        Files.write(own.resolve("notice/n/0"), new byte[PageFolder.MOST_BYTES - 3]);
        assertThat(notice(NOTICE)).isNotEqualTo("mine");
        assertThat(problem).contains("larger than 20000000 bytes");
    }
}
