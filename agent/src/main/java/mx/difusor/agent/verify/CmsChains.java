package mx.difusor.agent.verify;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the ways from a certificate up to the anchors by names and signatures alone, whatever the dates, so that an
 * expired path can be told from none. An authority with a weak key counts by its name alone, so that it can be told too:
 * whoever walks the way has to refuse it. The number of steps is bounded: a crafted set of certificates that issue one
 * another has more ways than anyone can walk.
 */
final class CmsChains {

    /** Certificates from the signer to its anchor, both included. */
    static final int MAX_LENGTH = 8;

    static final int MAX_CHAINS = 16;
    static final int MAX_STEPS = 1_000;

    private final List<CmsCertificate> anchors;
    private final List<CmsCertificate> intermediates;
    private final CmsKeyOperations operations;
    private final List<List<CmsCertificate>> found = new ArrayList<>();
    private int steps;

    CmsChains(List<CmsCertificate> anchors, List<CmsCertificate> intermediates, CmsKeyOperations operations) {
        this.anchors = anchors;
        this.intermediates = intermediates;
        this.operations = operations;
    }

    /** Each from the signer to an anchor; the signer alone where it is an anchor itself. */
    List<List<CmsCertificate>> from(CmsCertificate signer) {
        climb(List.of(signer));
        return List.copyOf(found);
    }

    private void climb(List<CmsCertificate> path) {
        CmsCertificate last = path.get(path.size() - 1);
        if (anchors.contains(last)) {
            found.add(path);
            return;
        }
        if (path.size() == MAX_LENGTH) {
            return;
        }
        for (CmsCertificate anchor : anchors) {
            if (mayGoOn() && operations.issued(anchor, last)) {
                found.add(with(path, anchor));
            }
        }
        for (CmsCertificate issuer : intermediates) {
            if (mayGoOn() && !path.contains(issuer) && !anchors.contains(issuer) && mayHaveIssued(issuer, last)) {
                climb(with(path, issuer));
            }
        }
    }

    private boolean mayHaveIssued(CmsCertificate issuer, CmsCertificate subject) {
        return issuer.weakKey().isPresent() ? issuer.isNamedAsIssuerOf(subject) : operations.issued(issuer, subject);
    }

    private boolean mayGoOn() {
        return found.size() < MAX_CHAINS && steps++ < MAX_STEPS;
    }

    private static List<CmsCertificate> with(List<CmsCertificate> path, CmsCertificate next) {
        List<CmsCertificate> longer = new ArrayList<>(path);
        longer.add(next);
        return List.copyOf(longer);
    }
}
