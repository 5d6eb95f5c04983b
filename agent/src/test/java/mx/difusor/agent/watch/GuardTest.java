package mx.difusor.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.desk.LiveFiles;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GuardTest {

    private static final long MIB = 1 << 20;

    /** A release of so many bytes. */
    private static final class Fake implements LiveFiles {
        private final List<String> looks = new ArrayList<>();
        private @Nullable Object release;
        private long size;
        private long read;

        void show(long bytes) {
            release = new Object();
            size = bytes;
            read = 0;
        }

        @Override
        public @Nullable Object release() {
            return release;
        }

        @Override
        public void checkRoot() {
            looks.add("root");
        }

        @Override
        public void checkNames() {
            looks.add("names");
        }

        @Override
        public boolean checkBytes(long bytes) {
            looks.add("bytes " + bytes / MIB);
            read += bytes;
            boolean end = read >= size;
            read = end ? 0 : read;
            return end;
        }
    }

    private final Fake files = new Fake();
    private final Guard guard = new Guard(files);

    private List<String> beats(int count) {
        files.looks.clear();
        for (int i = 0; i < count; i++) {
            guard.tick();
        }
        return files.looks;
    }

    @Test
    void withNothingLiveItLooksAtNothing() {
        assertThat(beats(5)).isEmpty();
    }

    @Test
    void aReleaseThatHasJustBecomeLiveIsLookedAtAtOnceAndAsAWhole() {
        files.show(100 * MIB);
        assertThat(beats(2)).containsExactly("root", "names", "bytes 64", "root", "bytes 64");
    }

    @Test
    void theRootIsLookedAtWithEachBeatAndTheNamesWithEachTenth() {
        files.show(1);
        List<String> looks = beats(31);
        assertThat(looks.stream().filter("root"::equals)).hasSize(31);
        assertThat(looks.stream().filter("names"::equals)).hasSize(4);
    }

    @Test
    void thenBytesAreReadGentlyWithAMinuteBetweenTwoPasses() {
        files.show(16 * MIB);
        assertThat(beats(1)).contains("bytes 64");
        assertThat(beats(Guard.PAUSE)).noneMatch(look -> look.startsWith("bytes"));
        assertThat(beats(2).stream().filter(look -> look.startsWith("bytes"))).containsExactly("bytes 8", "bytes 8");
        assertThat(beats(Guard.PAUSE)).noneMatch(look -> look.startsWith("bytes"));
        assertThat(beats(1)).contains("bytes 8");
    }

    @Test
    void anotherReleaseEndsThePauseAndTheGentleness() {
        files.show(1);
        beats(3);
        files.show(1);
        assertThat(beats(1)).containsExactly("root", "names", "bytes 64");
    }
}
