package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReaderTest {

    private static final String HEX = "0123456789abcdef".repeat(4);

    private static PackageBuilder one() {
        return PackageBuilder.data().listed("a.txt", 5120, HEX);
    }

    @Test
    void theContractsExample() throws UnreadablePackageException {
        Manifest manifest = read(PackageBuilder.site()
                .listed("index.html", 5120, HEX)
                .member("sequence", "1")
                .member("cut", "\"2024-06-02T20:00:00-07:00\"")
                .manifest());

        assertThat(manifest.event()).isEqualTo("pel-2024");
        assertThat(manifest.kind()).isEqualTo(Kind.SITE);
        assertThat(manifest.sequence()).isEqualTo(1);
        assertThat(manifest.cut()).isEqualTo(OffsetDateTime.parse("2024-06-02T20:00:00-07:00"));
        assertThat(manifest.last()).isFalse();
        assertThat(manifest.remove()).isEmpty();
        assertThat(manifest.files()).singleElement().satisfies(file -> {
            assertThat(file.path()).isEqualTo("index.html");
            assertThat(file.size()).isEqualTo(5120);
            assertThat(file.sha256().hex()).isEqualTo(HEX);
        });
    }

    @Test
    void finalAndRemoveMayBeLeftOut() throws UnreadablePackageException {
        Manifest manifest = read(one().without("final").without("remove").manifest());

        assertThat(manifest.last()).isFalse();
        assertThat(manifest.remove()).isEmpty();
        assertThat(read(one().member("final", "true").manifest()).last()).isTrue();
    }

    /** Whether an event of that name is configured is judged later (contract, "A package": {@code event-unknown}). */
    @ParameterizedTest
    @ValueSource(strings = {"PEL_2024", "PEL-2024", "proceso electoral", "elección", "../a", "x"})
    void anEventMayHaveAnyNameInOneLine(String name) throws Exception {
        assertThat(read(one().member("event", "\"" + name + "\"").manifest()).event())
                .isEqualTo(name);
    }

    @Test
    void anEventsNameHasAtMost64Characters() throws Exception {
        String longest = "\uD83D\uDDF3".repeat(64);
        assertThat(read(one().member("event", "\"" + longest + "\"").manifest()).event())
                .isEqualTo(longest);
        String longer = one().member("event", "\"" + longest + "x\"").manifest();
        expect(Reason.MANIFEST_INVALID, longer, "event has to be 1 to 64 printable characters");
    }

    @Test
    void theHighestSequenceIsOneLessThanAMilliard() throws Exception {
        assertThat(read(one().member("sequence", "999999999").manifest()).sequence())
                .isEqualTo(999_999_999);
        assertThat(read(one().member("sequence", "1").manifest()).sequence()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"format", "event", "kind", "sequence", "cut"})
    void everythingElseIsNeeded(String member) {
        expect(Reason.MANIFEST_INVALID, one().without(member).manifest(), "has no " + member);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "format; \"difusor-package/2\"",
                "format; 1",
                "event; \"\"",
                "event; \" \"",
                "event; \"pel\\n2024\"",
                "event; \"pel\\u202e2024\"",
                "event; 1",
                "event; null",
                "kind; \"datos\"",
                "kind; \"DATA\"",
                "sequence; 0",
                "sequence; -1",
                "sequence; 1.0",
                "sequence; 1e3",
                "sequence; \"1\"",
                "sequence; 1000000000",
                "sequence; 99999999999999999999",
                "sequence; 01",
                "cut; \"2024-06-02T20:00:00\"",
                "cut; \"2024-06-02 20:00:00-07:00\"",
                "cut; \"2024-06-31T20:00:00-07:00\"",
                "cut; \"2024-06-02T24:30:00-07:00\"",
                "cut; \"2024-06-02T20:00:00-19:00\"",
                "cut; \"2024-06-02T20:00:00[America/Chihuahua]\"",
                "cut; \"20240602T200000-0700\"",
                "cut; 1717390800",
                "final; \"false\"",
                "final; 0",
                "final; null",
                "remove; \"a.txt\"",
                "remove; null",
                "remove; [1]",
                "remove; [\"a.txt\"]",
                "remove; [\"b.txt\", \"b.txt\"]",
                "files; {}",
                "files; [1]",
                "files; [{}]",
                "files; [{\"path\": \"a\", \"size\": 1}]",
                "files; [{\"path\": \"a\", \"size\": -1, \"sha256\": \"HEX\"}]",
                "files; [{\"path\": \"a\", \"size\": 1.5, \"sha256\": \"HEX\"}]",
                "files; [{\"path\": \"a\", \"size\": 1, \"sha256\": \"HEX0\"}]",
                "files; [{\"path\": \"a\", \"size\": 1, \"sha256\": \"HEX\", \"mode\": 1}]",
                "files; [{\"path\": \"a\", \"path\": \"b\", \"size\": 1, \"sha256\": \"HEX\"}]",
                "files; [{\"path\": \"manifest.json\", \"size\": 1, \"sha256\": \"HEX\"}]",
                "files; [{\"path\": \"a\", \"size\": 1, \"sha256\": \"HEX\"}, {\"path\": \"a\", \"size\": 1, \"sha256\":"
                        + " \"HEX\"}]",
                "signature; \"x\"",
                "Final; true",
            })
    void badMembers(String member, String json) {
        String manifest = one().member(member, json.replace("HEX", HEX)).manifest();

        expect(Reason.MANIFEST_INVALID, manifest, "manifest.json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "format; 1; format has to be a string",
                "sequence; 99999999999999999999; sequence has to be an integer",
                "sequence; \"1\"; sequence has to be an integer",
                "sequence; 1.0; sequence has to be an integer",
                "cut; \"2024-06-02T20:00:00-07:00:30\"; cut has to be like",
                "cut; \"+12024-06-02T20:00:00-07:00\"; cut has to be like",
                "cut; \"2024-06-31T20:00:00-07:00\"; cut is no date and time",
                "final; \"false\"; final has to be true or false",
                "files; {}; files has to be an array",
                "files; \"a\"; files has to be an array",
                "files; [1]; files[0] has to be an object",
                "files; [[]]; files[0] has to be an object",
                "files; [{\"size\": 1, \"sha256\": \"HEX\"}]; files[0] has no path",
                "files; [{\"path\": \"a\", \"sha256\": \"HEX\"}]; files[0] has no size",
                "files; [{\"path\": \"a\", \"size\": 1}]; files[0] has no sha256",
                "remove; \"a\"; remove has to be an array",
                "remove; {}; remove has to be an array",
            })
    void eachMistakeIsCalledByItsName(String member, String json, String cause) {
        expect(
                Reason.MANIFEST_INVALID,
                one().member(member, json.replace("HEX", HEX)).manifest(),
                cause);
    }

    @Test
    void aListOfFilesIsNeeded() {
        String manifest = "{\"format\": \"difusor-package/1\", \"event\": \"pel-2024\", \"kind\": \"data\","
                + " \"sequence\": 1, \"cut\": \"2024-06-02T20:00:00-07:00\"}";
        expect(Reason.MANIFEST_INVALID, manifest, "has no files");
    }

    @Test
    void nothingFollowsTheObject() {
        expect(Reason.MANIFEST_INVALID, one().manifest() + "{}", "goes on after its object");
    }

    @Test
    void noMoreFilesAndRemovalsThanAPackageMayHave() {
        PackageLimits one = PackageLimits.defaults().withMaxEntries(1);
        String files = one().listed("b.csv", 1, HEX).manifest();
        String remove = one().member("remove", "[\"x.csv\", \"y.csv\"]").manifest();
        for (String manifest : new String[] {files, remove}) {
            assertThatThrownBy(() -> ManifestReader.read(manifest.getBytes(StandardCharsets.UTF_8), one))
                    .isInstanceOf(UnreadablePackageException.class)
                    .hasMessageContaining("has more than 1 entries");
        }
    }

    @Test
    void noMoreFoldersThanAPackageMayHave() throws UnreadablePackageException {
        String manifest = PackageBuilder.data().listed("a/b/c.txt", 1, HEX).manifest();
        byte[] bytes = manifest.getBytes(StandardCharsets.UTF_8);

        assertThat(ManifestReader.read(bytes, PackageLimits.defaults().withMaxEntries(3))
                        .files())
                .hasSize(1);
        assertThatThrownBy(() ->
                        ManifestReader.read(bytes, PackageLimits.defaults().withMaxEntries(2)))
                .isInstanceOfSatisfying(
                        UnreadablePackageException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.MANIFEST_INVALID))
                .hasMessageContaining("manifest.json has more than 2 files and folders");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"2024-06-02T20:00-07:00\"",
                "\"2024-06-03T03:00:00Z\"",
                "\"2024-06-02T20:00:00.000-07:00\"",
                "\"2024-06-02T20:00:00+00:00\""
            })
    void cutsThatAreFine(String cut) throws UnreadablePackageException {
        assertThat(read(one().member("cut", cut).manifest()).cut()).isNotNull();
    }

    @Test
    void textThatIsNotOneJsonObject() {
        for (String text :
                new String[] {"", "[]", "{", "nul", "{}{}", one().manifest() + "x", "{'a': 1}", "[".repeat(999)}) {
            expect(Reason.MANIFEST_INVALID, text, "manifest.json");
        }
        String twice = one().manifest().replace("\"final\": false", "\"final\": false, \"final\": true");
        expect(Reason.MANIFEST_INVALID, twice, "uplicate");
    }

    @Test
    void otherEncodings() throws UnreadablePackageException {
        assertThat(ManifestReader.read(("\ufeff" + one().manifest()).getBytes(StandardCharsets.UTF_8), limits())
                        .sequence())
                .isEqualTo(17);
        byte[] latin = one().member("remove", "[\"año.txt\"]").manifest().getBytes(StandardCharsets.ISO_8859_1);
        byte[] wide = one().manifest().getBytes(StandardCharsets.UTF_16);
        for (byte[] bad : new byte[][] {latin, wide}) {
            assertThatThrownBy(() -> ManifestReader.read(bad, limits()))
                    .isInstanceOfSatisfying(
                            UnreadablePackageException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.MANIFEST_INVALID));
        }
    }

    @Test
    void pathsFollowTheSamePolicyAsTheArchives() {
        expect(Reason.PATH_UNSAFE, one().listed("../b", 1, HEX).manifest(), "has ..");
        expect(Reason.PATH_UNSAFE, one().listed("A.TXT", 1, HEX).manifest(), "only in case");
        expect(Reason.PATH_UNSAFE, one().member("remove", "[\"/etc/passwd\"]").manifest(), "absolute");
        String named = "manifest.json names a path that has a backslash";
        expect(
                Reason.PATH_UNSAFE,
                one().member("remove", "[\"datos\\\\a.json\"]").manifest(),
                named);
        expect(
                Reason.PATH_UNSAFE,
                one().listed("datos\\\\a.json", 1, "0".repeat(64)).manifest(),
                named);
    }

    /** As find . and sha256sum write them. */
    @Test
    void theCureForADotBeforeAPathIsToLeaveItOut() {
        String said = "manifest.json names a path that has . in it: leave out the ./ before it";
        expect(Reason.PATH_UNSAFE, one().listed("./b.csv", 1, HEX).manifest(), said);
        expect(Reason.PATH_UNSAFE, one().member("remove", "[\"./b.csv\"]").manifest(), said);
        expect(
                Reason.PATH_UNSAFE,
                one().listed("a/./b.csv", 1, HEX).manifest(),
                "manifest.json names a path that has . in it: rename the file, and list it by its new name");
    }

    /** A rename that changes only case takes the old name off and brings the new one. */
    @Test
    void removeMayDifferFromFilesInCase() throws UnreadablePackageException {
        assertThat(read(one().member("remove", "[\"A.txt\"]").manifest()).remove())
                .containsExactly("A.txt");
    }

    @Test
    void upperCaseHexIsTheSameDigest() throws UnreadablePackageException {
        String manifest = PackageBuilder.data()
                .listed("a.txt", 1, HEX.toUpperCase(java.util.Locale.ROOT))
                .manifest();

        assertThat(read(manifest).files().get(0).sha256().hex()).isEqualTo(HEX);
    }

    @Test
    void aSiteAndANoticeNeedAFileAndDataDoesNot() throws UnreadablePackageException {
        expect(Reason.MANIFEST_INVALID, PackageBuilder.site().manifest(), "files is empty");
        expect(Reason.MANIFEST_INVALID, PackageBuilder.notice().manifest(), "files is empty");
        assertThat(read(PackageBuilder.data().manifest()).files()).isEmpty();
    }

    private static PackageLimits limits() {
        return PackageLimits.defaults();
    }

    private static Manifest read(String text) throws UnreadablePackageException {
        return ManifestReader.read(text.getBytes(StandardCharsets.UTF_8), limits());
    }

    private static void expect(Reason reason, String manifest, String message) {
        assertThatThrownBy(() -> read(manifest))
                .as(manifest)
                .isInstanceOf(UnreadablePackageException.class)
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        UnreadablePackageException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
