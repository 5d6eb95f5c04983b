package mx.difusor.agent.model;

import static mx.difusor.agent.model.Packages.OPENING;
import static mx.difusor.agent.model.Packages.data;
import static mx.difusor.agent.model.Packages.notice;
import static mx.difusor.agent.model.Packages.site;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TreeTest {

    private static Tree tree(Packages... packages) {
        return Tree.of(Packages.history(packages));
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
        Tree more = tree(site(1).file("a.json", "1").file("b.json", "1"));
        assertThat(one).isNotEqualTo(more);
        assertThat(more).isNotEqualTo(one);
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
        assertThat(file(after, "index.html").modified())
                .as("other bytes than the notice's, from the package that ends it on")
                .isAfter(file(tree(site, notice), "index.html").modified())
                .isEqualTo(cut(3));
        Tree later = tree(site, notice, data(3).file("a.json", "3"), data(4).file("a.json", "4"));
        assertThat(file(later, "index.html").modified()).isEqualTo(cut(3));
        assertThat(Packages.history(site, notice, data(3).file("a.json", "3")).carrier("index.html"))
                .map(AcceptedPackage::sequence)
                .hasValue(2L);
    }

    @Test
    void whatANoticeCoveredIsLaterThanItWhateverEndsIt() {
        for (Packages end : List.of(
                data(4).at(OPENING),
                data(4).at(OPENING).file("index.html", "1"),
                site(4).at(OPENING).file("index.html", "1"))) {
            Packages[] packages = {
                site(1).at(OPENING).file("index.html", "1"),
                notice(2).at(OPENING).file("index.html", "sorry"),
                notice(3).at(OPENING).file("aviso.html", "sorry"),
                end
            };
            assertThat(file(tree(packages), "index.html").modified())
                    .as(end.manifest().toString())
                    .isEqualTo(OPENING.toInstant().plusSeconds(2));
        }
    }

    @Test
    void bytesThatANoticeShowsTooKeepTheirTime() {
        Packages site = site(1).file("index.html", "1").file("logo.svg", "logo");
        Packages first = notice(2).file("index.html", "sorry").file("logo.svg", "logo");
        Packages second = notice(3).file("index.html", "sorry").file("logo.svg", "new");
        assertThat(file(tree(site, first), "logo.svg").modified()).isEqualTo(cut(1));
        assertThat(file(tree(site, first, data(4)), "logo.svg").modified()).isEqualTo(cut(1));
        assertThat(file(tree(site, first, second), "index.html").modified()).isEqualTo(cut(2));
        Tree taken =
                tree(site, first, second, site(4).file("index.html", "sorry").file("logo.svg", "new"));
        assertThat(taken.files()).extracting(TreeFile::modified).containsExactly(cut(2), cut(3));
        Tree back = tree(site, first, notice(3).file("logo.svg", "new"), data(4).file("logo.svg", "new"));
        assertThat(back.files()).extracting(TreeFile::modified).containsExactly(cut(4), cut(3));
    }

    /** A web server's ETag is made of time and size (contract, "A package"). */
    @Test
    void otherBytesAlwaysHaveALaterTimeThanThoseThatTheyReplace() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Map<String, TreeFile> last = new HashMap<>();
            Set<String> shown = Set.of();
            History history = History.of("pel-2024", List.of(), Packages.manifests(List.of()));
            for (int sequence = 1; sequence <= 40; sequence++) {
                history = any(random, sequence, 6).addedTo(history);
                Set<String> there = new HashSet<>();
                for (TreeFile file : Tree.of(history).files()) {
                    String where = "seed %d, package %d, %s".formatted(seed, sequence, file.path());
                    TreeFile before = last.put(file.path(), file);
                    there.add(file.path());
                    if (before != null && !before.sha256().equals(file.sha256())) {
                        assertThat(file.modified()).as(where).isAfter(before.modified());
                    } else if (before != null && shown.contains(file.path())) {
                        assertThat(file.modified()).as(where).isEqualTo(before.modified());
                    } else if (before != null) {
                        assertThat(file.modified()).as(where).isAfterOrEqualTo(before.modified());
                    }
                }
                shown = there;
            }
        }
    }

    @Test
    void aLatePackageNeverTakesTheSiteBack() {
        Packages site = site(1).file("index.html", "1");
        Packages newest = data(3).file("a.json", "3");
        Packages late = data(2).file("a.json", "2").file("b.json", "2");
        Tree tree = Tree.of(late.addedTo(History.of(
                "pel-2024",
                List.of(site.accepted(), newest.accepted()),
                Packages.manifests(List.of(site, late, newest)))));
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
            List<Packages> packages = randomPackages(random, 12);
            Tree expected = Tree.of(Packages.history(packages));
            Collections.shuffle(packages, random);
            History arriving = History.of("pel-2024", List.of(), Packages.manifests(packages));
            for (Packages one : packages) {
                arriving = one.addedTo(arriving);
            }
            assertThat(Tree.of(arriving)).as("seed %d", seed).isEqualTo(expected);
        }
    }

    private static List<Packages> randomPackages(Random random, int count) {
        List<Packages> packages = new ArrayList<>();
        packages.add(site(1).file("index.html", "1").file("f0", "1"));
        for (int sequence = 2; sequence < count; sequence++) {
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
            packages.add(one);
        }
        return packages;
    }

    /** Twins, folders where files were and files where folders were among them. */
    private static final List<String> NAMES =
            List.of("a", "A", "b", "b/c", "b/C", "b/c/d", "ä", "Ä", "\uD83D\uDDF3", "\uFB01", "fi", "prep.zip");

    /** @param rarity one package in so many is a site, and one a notice */
    private static Packages any(Random random, int sequence, int rarity) {
        int kind = random.nextInt(rarity);
        Packages one = kind == 0 ? site(sequence) : kind == 1 ? notice(sequence) : data(sequence);
        one.at(OPENING.plusSeconds(sequence / 4));
        List<String> folded = new ArrayList<>();
        for (String name : NAMES) {
            String key = FoldedPath.of(name);
            boolean fits = folded.stream()
                    .noneMatch(
                            other -> other.equals(key) || other.startsWith(key + "/") || key.startsWith(other + "/"));
            if (random.nextInt(4) == 0 && fits) {
                one.file(name, "content " + random.nextInt(3));
                folded.add(key);
            } else if (kind > 1 && random.nextInt(8) == 0) {
                one.remove(name);
            }
        }
        return one;
    }

    @Test
    void howeverTheyArriveTheTreeIsThatOfAllOfThemLaidAnew() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<Packages> packages = new ArrayList<>();
            for (int sequence = 1; sequence <= 40; sequence++) {
                packages.add(any(random, sequence, seed % 2 == 0 ? 12 : 4));
            }
            // Mostly in order, now and then very late.
            for (int i = 0; i < 12; i++) {
                packages.add(random.nextInt(40), packages.remove(random.nextInt(40)));
            }
            History arriving = History.of("pel-2024", List.of(), Packages.manifests(packages));
            for (int i = 0; i < packages.size(); i++) {
                arriving = packages.get(i).addedTo(arriving);
                if (random.nextInt(3) > 0) {
                    assertThat(Tree.of(arriving))
                            .as("seed %d, %d packages", seed, i + 1)
                            .isEqualTo(PlainFold.of(packages.subList(0, i + 1)));
                }
            }
            long back = 1L + random.nextInt(40);
            assertThat(Tree.of(arriving.upTo(back)))
                    .as("seed %d, back to %d", seed, back)
                    .isEqualTo(PlainFold.of(upTo(back, packages)));
            List<Packages> known =
                    packages.stream().filter(one -> random.nextInt(9) > 0).toList();
            History held = arriving.only(
                    one -> known.stream().anyMatch(other -> other.manifest().sequence() == one.sequence()));
            assertThat(Tree.of(held)).as("seed %d, held", seed).isEqualTo(PlainFold.of(known));
            assertThat(Tree.of(arriving)).as("seed %d", seed).isEqualTo(PlainFold.of(packages));
        }
    }

    private static List<Packages> upTo(long sequence, List<Packages> packages) {
        return packages.stream()
                .filter(one -> one.manifest().sequence() <= sequence)
                .toList();
    }

    @Test
    void aPathsCarrierIsTheNewestPackageThatHasAFileThere() {
        History history = Packages.history(
                site(1).file("a", "1").file("b", "1"),
                data(2).file("a", "1"),
                site(3).file("c", "3"),
                data(4).remove("c"));
        assertThat(history.carrier("a")).map(AcceptedPackage::sequence).hasValue(2L);
        assertThat(history.carrier("b")).map(AcceptedPackage::sequence).hasValue(1L);
        assertThat(history.carrier("c")).map(AcceptedPackage::sequence).hasValue(3L);
        assertThat(history.upTo(1).carrier("a")).map(AcceptedPackage::sequence).hasValue(1L);
        assertThat(history.carrier("d")).isEmpty();
    }

    @Test
    void aPackageMoreTakesNoOtherPackagesManifestAndALateOneThoseAfterIt() {
        int count = 3_000;
        List<Packages> packages = new ArrayList<>();
        for (int sequence = 1; sequence <= count; sequence++) {
            packages.add(data(sequence).at(OPENING).file("a", "content " + sequence));
        }
        List<Long> asked = new ArrayList<>();
        Manifests manifests = Packages.manifests(packages);
        Packages late = packages.remove(count - 2);
        History history =
                History.of("pel-2024", packages.stream().map(Packages::accepted).toList(), one -> {
                    asked.add(one.sequence());
                    return one.sequence() > count
                            ? data(count + 1).at(OPENING).file("b", "next").manifest()
                            : manifests.of(one);
                });
        assertThat(Tree.of(history).files()).hasSize(1);
        assertThat(asked).hasSize(count - 1);
        asked.clear();
        Packages next = data(count + 1).at(OPENING).file("b", "next");
        history = next.addedTo(history);
        assertThat(Tree.of(history).files()).hasSize(2);
        assertThat(history.carrier("a")).isPresent();
        assertThat(asked).isEmpty();
        assertThat(Tree.of(late.addedTo(history)).files()).hasSize(2);
        assertThat(asked).contains((long) count, count + 1L).hasSizeLessThan(10);
    }

    @Test
    void layersAreKeptForAFewPlacesOnly() {
        Manifest manifest = data(1).manifest();
        Milestones milestones = Milestones.NONE;
        for (int i = 1; i <= 100_000; i++) {
            milestones = milestones.with(i, manifest);
        }
        assertThat(milestones.size()).isLessThanOrEqualTo(34);
        assertThat(milestones.upTo(99_999).reach()).isEqualTo(99_999);
        assertThat(milestones.upTo(99_000).reach()).isBetween(96_000L, 99_000L);
    }

    /** Which is not how Java compares them: what lies beyond U+FFFF comes last. */
    @Test
    void filesAreInTheOrderOfTheirUtf8Bytes() {
        assertThat(paths(tree(
                        site(1).file("\uD83D\uDDF3", "1").file("\uFB01", "1").file("z", "1"))))
                .containsExactly("z", "\uFB01", "\uD83D\uDDF3");
    }

    @Test
    void theDigestIsComputedOnce() {
        Tree tree = tree(site(1).file("a.json", "1"));
        assertThat(tree.digest()).isSameAs(tree.digest());
    }
}
