package mx.difusor.agent.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import mx.difusor.agent.disk.Home;

/** What an agent misses of its archive since it was started. Any thread. */
final class MissingFolders {

    /** Packages that stand in the index. */
    private final MissingPackages indexed = new MissingPackages();

    /** Packages of which {@code history.log} alone tells. */
    private final MissingPackages logged = new MissingPackages();

    /** Of {@link #logged} those whose folders stand again. */
    private final MissingPackages unread = MissingPackages.back();

    MissingPackages indexed() {
        return indexed;
    }

    void logged(Set<String> folders) {
        folders.forEach(logged::add);
    }

    /** Whether {@code history.log} alone tells of some. */
    boolean someLogged() {
        return !logged.isEmpty() || !unread.isEmpty();
    }

    /** A package is in its place again, and counts. */
    void isBack(String folder) {
        indexed.isBack(folder);
        logged.isBack(folder);
        unread.isBack(folder);
    }

    /** @return those of the index that stand again */
    Set<String> look(Home home) {
        logged.takeBack(home).forEach(unread::add);
        return indexed.takeBack(home);
    }

    List<String> problems() {
        List<String> all = new ArrayList<>(indexed.problems());
        all.addAll(logged.problems());
        all.addAll(unread.problems());
        return all;
    }
}
