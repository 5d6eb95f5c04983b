package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import mx.difusor.agent.model.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileTypesTest {

    private final FileTypes types = FileTypes.defaults();

    @Test
    void dataIsExactlyWhatTheContractSays() {
        assertThat(types.allowed(Kind.DATA)).containsExactlyInAnyOrder("json", "csv", "txt", "zip");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"index.html", "a/b.JS", "logo.svg", "x.woff2", "jquery-3.7.1.min.js", "datos.json", "x.PNG"})
    void whatAPageNeedsMayComeWithASite(String path) {
        assertThat(types.objection(Kind.SITE, path)).isEmpty();
    }

    /** Words that make a file a program or a server's configuration only where they end its name. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "assets/app.config.json",
                "core.class.js",
                "www.iee.com.json",
                "i18n/es.do.json",
                "action.action.js",
                "a.key.json",
                "a.url.json",
                "a.env.js",
                "a.db.json",
                "a.so.js",
                "a.rem.css",
                "a.master.css",
                "web.config.json",
                "8.pm.json",
                "app_offline.html",
                "ayuda/app_offline.htm"
            })
    void harmlessWordsInTheMiddleOfANameMayComeWithASite(String path) {
        assertThat(types.objection(Kind.SITE, path)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"acta.jpg", "a.png", "index.html", "a.js", "a", "a.", "a.json.exe", "LEEME", "x.svg", "x.pdf"})
    void dataBringsNothingElse(String path) {
        assertThat(types.objection(Kind.DATA, path)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "index.php",
                "x.PHP",
                "x.php.json",
                "x.PL.js",
                "x.phtml.html",
                "x.cgi.csv",
                "x.asis.html",
                "x.var.en.html",
                "x.py.txt",
                "x.rb.min.js",
                "x.sh.json",
                "x.dll.json",
                "a.json.config",
                "a.min.class",
                "a.so",
                "a.key",
                "a.db",
                "www.iee.com",
                "a.phtml",
                "a.asp",
                "a.aspx",
                "a.jsp",
                "a.cgi",
                "a.pl",
                "a.py",
                "a.sh",
                "a.shtml",
                ".htaccess",
                "a/.htpasswd",
                "web.config",
                "Web.Config",
                ".well-known/a.json",
                ".git/a.json",
                "nginx.conf",
                "php.ini",
                ".user.ini",
                "a.exe",
                "cgi-bin/a.json",
                "WEB-INF/a.json",
                "App_GlobalResources/a.json",
                "a/App_LocalResources/a.json",
                "APP_WEBREFERENCES/a.json",
                "app_offline.htm",
                "App_Offline.HTM"
            })
    void scriptsAndServerConfigurationNeverPassWhateverIsConfigured(String path) {
        FileTypes wide = FileTypes.of(Map.of(Kind.DATA, Set.of("json", "htaccess2", "PDF")));
        for (Kind kind : Kind.values()) {
            assertThat(types.objection(kind, path)).isPresent();
            assertThat(wide.objection(kind, path)).isPresent();
        }
    }

    @Test
    void theListsAreConfigurableButNotForScripts() {
        FileTypes own = FileTypes.of(Map.of(Kind.DATA, Set.of("XML")));

        assertThat(own.objection(Kind.DATA, "a.xml")).isEmpty();
        assertThat(own.objection(Kind.DATA, "a.json")).isPresent();
        assertThat(own.objection(Kind.SITE, "a.json")).isEmpty();
        for (String never : new String[] {"PHP", "asis", "config", "Key", "com"}) {
            assertThatThrownBy(() -> FileTypes.of(Map.of(Kind.SITE, Set.of(never))))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** The digitised actas (contract, "A package"). */
    @Test
    void noSettingLetsDataBringAnImageThatASiteMayBring() {
        Set<String> noImages = Set.of(
                "html",
                "htm",
                "css",
                "js",
                "mjs",
                "json",
                "webmanifest",
                "map",
                "csv",
                "txt",
                "zip",
                "woff",
                "woff2",
                "ttf",
                "otf",
                "eot");
        Set<String> images = new TreeSet<>(types.allowed(Kind.SITE));
        images.removeAll(noImages);

        assertThat(images).contains("jpg", "png", "svg").allSatisfy(image -> {
            assertThatThrownBy(() -> FileTypes.of(Map.of(Kind.DATA, Set.of(image.toUpperCase(Locale.ROOT)))))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(types.objection(Kind.DATA, "acta." + image))
                    .hasValue("is an image, which no data package may bring");
        });
        assertThat(FileTypes.of(Map.of(Kind.DATA, noImages)).allowed(Kind.DATA)).isEqualTo(noImages);
    }

    @Test
    void aNameWithoutAnExtensionIsToldSo() {
        assertThat(FileTypes.defaults().objection(Kind.SITE, "datos/LEEME")).hasValue("has no extension");
    }
}
