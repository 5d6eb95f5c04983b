package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import mx.difusor.agent.institute.CutSource;
import mx.difusor.agent.institute.election.Election;
import mx.difusor.agent.institute.election.ElectionCuts;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.model.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The election of the demo is an honest one: no warning in any cut, nor from one to the next. */
class GeneratedElectionTest {

    @TempDir
    Path folder;

    @Test
    void anElectionOfAStatesSizeGivesNoWarning() throws IOException {
        ElectionCuts cuts = new ElectionCuts(Election.draw(5));
        BaseSummaries before = BaseSummaries.none();
        for (int i : List.of(0, 1, 2, cuts.size() - 1)) {
            Path files = Files.createDirectory(folder.resolve("cut-" + i));
            CutSource.CutFolder cut = cuts.write(i, files);
            Map<String, byte[]> tree = Bench.tree(files);
            PackageBuilder builder = cut.kind() == Kind.SITE ? PackageBuilder.site() : PackageBuilder.data();
            builder.member("cut", "\"" + Receipt.cut(cut.cut()) + "\"");
            tree.forEach(builder::file);
            Path archive = Files.write(folder.resolve("package.zip"), builder.zip());
            PackageVerifier.Examined examined = new PackageVerifier(
                            PackageLimits.defaults(), FileTypes.defaults(), true, new StagingDisk())
                    .examine(
                            archive,
                            "package.zip",
                            Bench.SIGNERS,
                            List.of(),
                            Files.createDirectory(folder.resolve("unpacked-" + i)));
            assertThat(examined.verdict()).isInstanceOf(Verdict.Accepted.class);
            assertThat(((Verdict.Accepted) examined.verdict()).warnings())
                    .as("cut %d", i)
                    .isEmpty();
            assertThat(examined.bases().since(before, Set.copyOf(tree.keySet()), "the cut before"))
                    .as("cut %d", i)
                    .isEmpty();
            before = examined.bases();
        }
        assertThat(before.weight()).isGreaterThan(3 * 5_300);
    }
}
