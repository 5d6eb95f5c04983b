package mx.difusor.agent;

import static org.assertj.core.api.Assertions.assertThat;

import mx.difusor.agent.archive.IndexKernel;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.DigestKernel;
import mx.difusor.agent.model.TreeKernel;
import mx.difusor.agent.verify.CsvKernel;
import mx.difusor.agent.verify.InflateKernel;
import org.junit.jupiter.api.Test;

/** The benchmarks do what they are measured for, and both ways of one do the same. */
class KernelsTest {

    @Test
    void bothWaysOfTheDigestAgree() throws Exception {
        DigestKernel kernel = new DigestKernel();
        kernel.fill();
        assertThat(kernel.ours()).isEqualTo(Digest.of(kernel.floor()));
    }

    @Test
    void bothWaysOfInflatingGiveEveryByte() throws Exception {
        InflateKernel kernel = new InflateKernel();
        kernel.bytes = 300_000;
        kernel.files = 3;
        kernel.pack();
        try {
            assertThat(kernel.ours()).isEqualTo(300_000);
            assertThat(kernel.floor()).isEqualTo(300_000);
        } finally {
            kernel.delete();
        }
    }

    @Test
    void bothWaysOfReadingARealBaseFindAsManyCells() throws Exception {
        CsvKernel kernel = new CsvKernel();
        kernel.load();
        assertThat(kernel.ours()).isGreaterThan(10_000).isEqualTo(kernel.floor());
        assertThat(kernel.checked()).isNotNull();
    }

    @Test
    void theTreeHoldsEveryFileOfTheSite() {
        TreeKernel kernel = new TreeKernel();
        kernel.packages = 3;
        kernel.files = 500;
        kernel.accept();
        assertThat(kernel.ofHistory().files()).hasSize(500).anyMatch(file -> file.source() == 3);
        assertThat(kernel.withNext().files()).hasSize(500).anyMatch(file -> file.source() == 4);
        assertThat(kernel.withNextAndDigest()).isEqualTo(kernel.withNext().digest());
    }

    @Test
    void theIndexAnswersWithTheRowsThatWereAskedFor() throws Exception {
        IndexKernel kernel = new IndexKernel();
        kernel.rows = 400;
        kernel.open();
        try {
            assertThat(kernel.newestHundred()).hasSize(100);
            assertThat(kernel.hundredBelowKey()).hasSize(100);
            assertThat(kernel.oneBySequence()).isPresent();
        } finally {
            kernel.close();
        }
    }
}
