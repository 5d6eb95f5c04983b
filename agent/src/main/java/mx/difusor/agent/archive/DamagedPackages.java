package mx.difusor.agent.archive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Receipt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packages of which the index knows nothing and whose folders stand unreadable or are gone: what their receipts say, or
 * else {@code history.log}.
 */
final class DamagedPackages {

    private static final Logger LOG = LoggerFactory.getLogger(DamagedPackages.class);

    private DamagedPackages() {}

    /** @param missing folders that are gone, below the home */
    static List<AcceptedPackage> of(List<DamagedFolder> folders, Set<String> missing, Home home) throws IOException {
        List<AcceptedPackage> packages = new ArrayList<>();
        Set<String> unknown = new HashSet<>(missing);
        folders.stream().filter(one -> one.receipt() == null).forEach(one -> unknown.add(one.folder()));
        for (DamagedFolder one : folders) {
            accepted(one).ifPresent(packages::add);
        }
        if (!unknown.isEmpty()) {
            packages.addAll(logged(unknown, home));
        }
        packages.forEach(one -> LOG.warn(
                "sequence {} of {} was accepted and cannot be read; it stays taken", one.sequence(), one.event()));
        return packages;
    }

    private static Optional<AcceptedPackage> accepted(DamagedFolder one) {
        Receipt receipt = one.receipt();
        return receipt == null || receipt.outcome() != Receipt.Outcome.ACCEPTED
                ? Optional.empty()
                : accepted(receipt).filter(known -> folder(known).equals(one.folder()));
    }

    private static Optional<AcceptedPackage> accepted(Receipt receipt) {
        return receipt.contents() == null || receipt.sha256() == null
                ? Optional.empty()
                : Optional.of(new AcceptedPackage(
                        receipt.contents(),
                        receipt.sha256(),
                        receipt.name(),
                        receipt.size(),
                        receipt.receivedAt(),
                        receipt.decidedAt()));
    }

    private static String folder(AcceptedPackage one) {
        return "archive/" + one.event() + "/" + one.sequence();
    }

    private static List<AcceptedPackage> logged(Set<String> folders, Home home) throws IOException {
        Map<String, AcceptedPackage> found = new HashMap<>();
        HistoryChain.read(home.history(), (entry, end) -> {
            if (Decisions.isAccepted(entry)) {
                Json.logged(entry)
                        .filter(one -> folders.contains(folder(one)))
                        .ifPresent(one -> found.put(folder(one), one));
            } else if (Decisions.isRetired(entry)) {
                found.values()
                        .removeIf(one -> one.event().equals(entry.path("event").asText()));
            }
        });
        return List.copyOf(found.values());
    }
}
