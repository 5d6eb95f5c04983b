package mx.difusor.agent.archive;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.HistoryHead;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;

/**
 * Whether {@code history.log}, the receipts and the packages tell the same story: each line follows from the one
 * before it, each receipt's head is the log's at that entry, every package is in the log, and every package of the log
 * is in the archive.
 *
 * @param problems for people, at most {@link #MAX_PROBLEMS}; empty when all is well
 */
public record HistoryCheck(HistoryHead head, List<String> problems) {

    static final int MAX_PROBLEMS = 100;

    /** Beside a running agent, which may be between a package's folder and its entry: read once more, then it counts. */
    private static final int READINGS = 2;

    /** @param packages every accepted package, looked up before */
    public static HistoryCheck of(Home home, List<ArchiveInspection.Kept> packages) throws MachineException {
        HistoryCheck check = read(home, packages);
        for (int i = 1; i < READINGS && !check.problems().isEmpty(); i++) {
            check = read(home, packages);
        }
        return check;
    }

    private static HistoryCheck read(Home home, List<ArchiveInspection.Kept> packages) throws MachineException {
        if (Files.notExists(home.history())
                && packages.stream().allMatch(one -> one.receipt().history() == null)) {
            return new HistoryCheck(HistoryHead.NONE, List.of()); // an older agent's, which kept no such log
        }
        Comparison comparison = new Comparison(home);
        packages.forEach(one -> comparison.expect(one.receipt()));
        try {
            HistoryChain chain = HistoryChain.read(home.history(), comparison::entry);
            List<String> problems = new ArrayList<>(chain.problems());
            problems.addAll(comparison.problems(chain.head()));
            return new HistoryCheck(
                    chain.head(), problems.stream().limit(MAX_PROBLEMS).toList());
        } catch (IOException e) {
            throw new MachineException(
                    "archive-unreadable",
                    "cannot read " + home.history() + ": " + Failures.inWords(e),
                    "check the disk and the permissions",
                    e);
        }
    }

    private static final class Comparison {

        private final Home home;
        private final Map<Long, Map<Digest, String>> heads = new HashMap<>();
        private final Map<String, String> unseen = new HashMap<>();
        private final Set<String> known = new HashSet<>();
        private final List<String> problems = new ArrayList<>();

        /** By event: what its retirement, should the log come to that, explains. */
        private final Map<String, List<String>> missing = new LinkedHashMap<>();

        Comparison(Home home) {
            this.home = home;
        }

        void expect(Receipt receipt) {
            HistoryHead told = receipt.history();
            if (told != null && told.entries() > 0) {
                heads.computeIfAbsent(told.entries(), entry -> new HashMap<>()).put(told.head(), receipt.name());
            }
            unseen.put(Decisions.key(receipt), receipt.name());
            known.add(Decisions.key(receipt));
        }

        void entry(JsonNode entry, HistoryHead head) {
            Map<Digest, String> told = heads.remove(head.entries());
            if (told != null) {
                told.remove(head.head());
                told.values()
                        .forEach(name -> problem("entry " + head.entries()
                                + " of history.log is not the one that the receipt of " + name + " speaks of"));
            }
            if (Decisions.isAccepted(entry)) {
                unseen.remove(Decisions.key(entry));
                if (!known.contains(Decisions.key(entry)) && !stands(entry)) {
                    missing(entry, head);
                }
            } else if (Decisions.isRetired(entry)) {
                missing.remove(entry.path("event").asText());
            }
        }

        private void missing(JsonNode entry, HistoryHead head) {
            String event = entry.path("event").asText();
            List<String> ofEvent = missing.computeIfAbsent(event, name -> new ArrayList<>());
            if (ofEvent.size() < MAX_PROBLEMS) {
                ofEvent.add("entry %d of history.log accepted %s %d (%s), which is not in the archive"
                        .formatted(
                                head.entries(),
                                event,
                                entry.path("sequence").asLong(),
                                entry.path("package").asText()));
            }
        }

        /** Accepted by a running agent after the packages were looked up. */
        private boolean stands(JsonNode entry) {
            return !Files.notExists(home.archive()
                    .resolve(entry.path("event").asText())
                    .resolve(Long.toString(entry.path("sequence").asLong()))
                    .resolve(Keeping.RECEIPT));
        }

        private void problem(String problem) {
            if (problems.size() < MAX_PROBLEMS) {
                problems.add(problem);
            }
        }

        List<String> problems(HistoryHead end) {
            missing.values().forEach(ofEvent -> ofEvent.forEach(this::problem));
            heads.forEach((entry, told) -> told.values()
                    .forEach(name -> problem("the receipt of %s speaks of entry %d of history.log, which ends at %d"
                            .formatted(name, entry, end.entries()))));
            unseen.values().forEach(name -> problem(name + " is in the archive, but not in history.log"));
            return problems;
        }
    }
}
