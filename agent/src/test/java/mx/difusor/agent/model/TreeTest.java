package mx.difusor.agent.model;

import static mx.difusor.agent.model.Packages.OPENING;
import static mx.difusor.agent.model.Packages.data;
import static mx.difusor.agent.model.Packages.notice;
import static mx.difusor.agent.model.Packages.site;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TreeTest {

    private static Tree tree(Packages... packages) {
        return Tree.of(history(packages));
    }

    private static History history(Packages... packages) {
        List<AcceptedPackage> accepted = new ArrayList<>();
        for (Packages one : packages) {
            accepted.add(one.accepted());
        }
        return History.of("pel-2024", accepted);
    }

    private static List<String> paths(Tree tree) {
        return tree.files().stream().map(TreeFile::path).toList();
    }

    private static Instant cut(long sequence) {
        return OPENING.plusMinutes(15 * (sequence - 1)).toInstant();
    }

    private static TreeFile file(Tree tree, String path) {
        TreeFile file = tree.get(path);
        assertThat(file).as(path).isNotNull();
        return java.util.Objects.requireNonNull(file);
    }

    @Test
    void dataIsLaidOverTheNewestSiteInOrderOfSequence() {
        Tree tree = tree(
                data(3).file("a.json", "3"),
                site(1).file("index.html", "1").file("a.json", "1"),
                data(2).file("a.json", "2").file("b.json", "2"));
        assertThat(paths(tree)).containsExactly("a.json", "b.json", "index.html");
        assertThat(file(tree, "a.json").sha256()).isEqualTo(Digest.ofContent(new byte[] {'3'}));
        assertThat(file(tree, "a.json").source()).isEqualTo(3);
    }

    @Test
    void aNewSiteStartsTheTreeAnew() {
        Tree tree = tree(
                site(1).file("index.html", "1").file("old.css", "1"),
                data(2).file("a.json", "2"),
                site(3).file("index.html", "3"));
        assertThat(paths(tree)).containsExactly("index.html");
    }

    @Test
    void removeTakesAFileOffTheTree() {
        assertThat(paths(tree(
                        site(1).file("index.html", "1").file("a.json", "1"),
                        data(2).remove("a.json").remove("never-there.json"))))
                .containsExactly("index.html");
    }

    @Test
    void removeMeansTheVeryNameAndNoTwinOfIt() {
        assertThat(paths(tree(
                        site(1).file("index.html", "1").file("a.json", "1"),
                        data(2).remove("A.json").remove("Index.html"))))
                .containsExactly("a.json", "index.html");
    }

    @Test
    void treesOfOtherFilesAreNotEqual() {
        Tree one = tree(site(1).file("a.json", "1"));
        assertThat(one).isEqualTo(tree(site(1).file("a.json", "1")));
        assertThat(one).isNotEqualTo(tree(site(1).file("a.json", "2")));
        assertThat(one.equals((Object) "a.json")).isFalse();
    }

    @Test
    void aNoticeIsShownAloneUntilTheNextData() {
        Packages site = site(1).file("index.html", "1").file("a.json", "1");
        Packages notice = notice(2).file("index.html", "sorry");
        assertThat(paths(tree(site, notice))).containsExactly("index.html");
        assertThat(file(tree(site, notice), "index.html").source()).isEqualTo(2);
        Tree after = tree(site, notice, data(3).file("a.json", "3"));
        assertThat(paths(after)).containsExactly("a.json", "index.html");
        assertThat(file(after, "index.html").source()).isEqualTo(1);
    }

    @Test
    void aLatePackageNeverTakesTheSiteBack() {
        Packages site = site(1).file("index.html", "1");
        Packages newest = data(3).file("a.json", "3");
        Packages late = data(2).file("a.json", "2").file("b.json", "2");
        Tree tree = Tree.of(history(site, newest).with(late.accepted()));
        assertThat(file(tree, "a.json").source()).isEqualTo(3);
        assertThat(file(tree, "b.json").source()).isEqualTo(2);
    }

    @Test
    void aFilesTimeIsTheCutThatLastChangedItsBytes() {
        Tree tree = tree(
                site(1).file("index.html", "1").file("a.json", "same"),
                data(2).file("a.json", "same"),
                data(3).file("b.json", "3"),
                data(4).file("c.json", "4"),
                data(5).file("c.json", "5"));
        assertThat(file(tree, "c.json").modified()).isEqualTo(cut(5));
        assertThat(file(tree, "a.json").modified()).isEqualTo(cut(1));
        assertThat(file(tree, "a.json").source()).isEqualTo(2);
        assertThat(file(tree, "b.json").modified()).isEqualTo(cut(3));
    }

    @Test
    void aTimeNeverStandsForTwoContents() {
        Tree tree = tree(
                site(1).at(OPENING).file("a.json", "1"),
                data(2).at(OPENING).file("a.json", "2"),
                data(3).at(OPENING).file("a.json", "3"));
        assertThat(file(tree, "a.json").modified())
                .isEqualTo(OPENING.toInstant().plusSeconds(2));
    }

    @Test
    void norWhenAFileWasGoneInBetween() {
        Tree tree = tree(
                site(1).at(OPENING).file("a.json", "1"),
                data(2).at(OPENING).remove("a.json"),
                notice(3).at(OPENING).file("a.json", "notice"),
                data(4).at(OPENING).file("a.json", "4"));
        assertThat(file(tree, "a.json").modified())
                .isEqualTo(OPENING.toInstant().plusSeconds(2));
    }

    @Test
    void timesAreWholeSeconds() {
        Tree tree = tree(site(1).at(OPENING.plusNanos(999_000_000)).file("a.json", "1"));
        assertThat(file(tree, "a.json").modified()).isEqualTo(OPENING.toInstant());
    }

    @Test
    void aFileDisplacesWhatCannotStandBesideIt() {
        assertThat(paths(tree(
                        site(1).file("Index.html", "1").file("x", "1").file("y/z", "1"),
                        data(2).file("index.html", "2").file("x/1.json", "2").file("y", "2"))))
                .containsExactly("index.html", "x/1.json", "y");
    }

    /** As {@code FoldedPathTest} has them: what one package may not hold, two may not bring. */
    @Test
    void twinsThatOnePackageCouldNotBringAreNotBroughtByTwo() {
        assertThat(paths(tree(
                        site(1).file("straße.html", "1").file("ａ.html", "1").file("İ/a.json", "1"),
                        data(2).file("STRAẞE.html", "2").file("a.html", "2").file("i", "2"))))
                .containsExactly("STRAẞE.html", "a.html", "i");
    }

    @Test
    void theDigestIsThatOfSortedSha256sumLines() {
        Tree tree = tree(site(1).file("é.json", "2").file("z.json", "1").file("a/b.json", "3"));
        String lines = Digest.ofContent(new byte[] {'3'}) + "  a/b.json\n" + Digest.ofContent(new byte[] {'1'})
                + "  z.json\n" + Digest.ofContent(new byte[] {'2'}) + "  é.json\n";
        assertThat(tree.digest()).isEqualTo(Digest.ofContent(lines.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    @Test
    void theOrderOfArrivalChangesNothing() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<AcceptedPackage> packages = randomPackages(random);
            Tree expected = Tree.of(History.of("pel-2024", packages));
            Collections.shuffle(packages, random);
            History arriving = History.empty("pel-2024");
            for (AcceptedPackage one : packages) {
                arriving = arriving.with(one);
            }
            assertThat(Tree.of(arriving)).as("seed %d", seed).isEqualTo(expected);
        }
    }

    private static List<AcceptedPackage> randomPackages(Random random) {
        List<AcceptedPackage> packages = new ArrayList<>();
        packages.add(site(1).file("index.html", "1").file("f0", "1").accepted());
        for (int sequence = 2; sequence < 12; sequence++) {
            int kind = random.nextInt(10);
            Packages one = kind == 0 ? site(sequence) : kind == 1 ? notice(sequence) : data(sequence);
            one.at(OPENING.plusSeconds(sequence / 3));
            for (int f = 0; f < 4; f++) {
                if (random.nextBoolean()) {
                    one.file("f" + f, "content " + random.nextInt(2));
                } else if (kind > 1 && random.nextBoolean()) {
                    one.remove("f" + f);
                }
            }
            packages.add(one.accepted());
        }
        return packages;
    }
}
