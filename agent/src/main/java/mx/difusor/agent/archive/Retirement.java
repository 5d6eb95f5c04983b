package mx.difusor.agent.archive;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import mx.difusor.agent.model.Digest;

/**
 * What stays of an event whose packages were taken out of the archive after a verified export, so that none of them is
 * ever taken for a new one.
 *
 * @param at when
 * @param by who asked for it
 * @param why in their words
 * @param export digest of the {@code SHA256SUMS} of the export that holds the packages
 * @param removing their folders may still stand; they are removed at the latest when the agent starts
 * @param packages in order of sequence
 */
public record Retirement(
        String event, Instant at, String by, String why, Digest export, boolean removing, List<Gone> packages) {

    /** One package, of which only this is left here. */
    public record Gone(long sequence, String name, Digest sha256, long size) {}

    public Retirement {
        packages = List.copyOf(packages);
    }

    /** The package that had this sequence, if any had. */
    public java.util.Optional<Gone> gone(long sequence) {
        return packages.stream().filter(one -> one.sequence() == sequence).findFirst();
    }

    /** With what an earlier retirement of the event took out and no import has brought back since. */
    Retirement after(Retirement earlier) {
        List<Gone> all = new ArrayList<>(packages);
        earlier.packages().stream()
                .filter(one -> gone(one.sequence()).isEmpty())
                .forEach(all::add);
        all.sort(Comparator.comparing(Gone::sequence));
        return new Retirement(event, at, by, why, export, removing, all);
    }

    Retirement removed() {
        return new Retirement(event, at, by, why, export, false, packages);
    }

    Retirement without(java.util.Set<Long> back) {
        List<Gone> left =
                packages.stream().filter(one -> !back.contains(one.sequence())).toList();
        return new Retirement(event, at, by, why, export, removing, left);
    }
}
