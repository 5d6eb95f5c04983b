package mx.difusor.agent.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.ManifestFile;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.model.Signer;
import mx.difusor.agent.model.Verdict;
import org.jspecify.annotations.Nullable;

/** A verdict for people and for programs. */
final class VerdictReport {

    private final Texts texts;
    private final String packageName;

    VerdictReport(Texts texts, String packageName) {
        this.texts = texts;
        this.packageName = packageName;
    }

    /** Members as in a receipt, where they mean the same. */
    Map<String, @Nullable Object> fields(Verdict verdict) {
        Manifest manifest = manifest(verdict);
        return Json.object(
                "package",
                packageName,
                "outcome",
                outcome(verdict).code(),
                "reason",
                verdict instanceof Verdict.Rejected rejected ? reason(rejected) : null,
                "signers",
                signers(verdict).stream().map(Signer::name).toList(),
                "manifest",
                manifest == null ? null : manifestFields(manifest),
                "warnings",
                warnings(verdict));
    }

    void print(PrintWriter out, Verdict verdict) {
        out.println(texts.of("msg.verdict-" + outcome(verdict).code(), packageName));
        if (verdict instanceof Verdict.Rejected rejected) {
            String path = rejected.path() == null ? "" : " (" + rejected.path() + ")";
            out.println("  " + rejected.reason().code() + ": " + rejected.message() + path);
            out.println(texts.of("msg.cure", cure(rejected)));
        }
        for (Signer signer : signers(verdict)) {
            line(out, "signer", signer.name());
        }
        Manifest manifest = manifest(verdict);
        if (manifest != null) {
            print(out, manifest);
        }
        warnings(verdict).forEach(warning -> line(out, "warning", warning));
        out.flush();
    }

    private void print(PrintWriter out, Manifest manifest) {
        line(out, "event", manifest.event());
        line(out, "kind", manifest.kind().code());
        line(out, "sequence", Long.toString(manifest.sequence()));
        line(out, "cut", Receipt.cut(manifest.cut()) + (manifest.last() ? " " + texts.of("msg.final") : ""));
        line(out, "files", manifest.files().size() + " (" + bytes(manifest) + " bytes)");
        manifest.remove().forEach(path -> line(out, "removed", path));
    }

    private void line(PrintWriter out, String label, String value) {
        out.println("  " + texts.of("msg.label-" + label) + ": " + value);
    }

    private String cure(Verdict.Rejected rejected) {
        return texts.of("reason." + rejected.reason().code() + ".cure");
    }

    private Map<String, @Nullable Object> reason(Verdict.Rejected rejected) {
        return Json.object(
                "code", rejected.reason().code(),
                "message", rejected.message(),
                "path", rejected.path(),
                "cure", cure(rejected));
    }

    static Map<String, @Nullable Object> manifestFields(Manifest manifest) {
        return Json.object(
                "event", manifest.event(),
                "kind", manifest.kind().code(),
                "sequence", manifest.sequence(),
                "cut", Receipt.cut(manifest.cut()),
                "final", manifest.last(),
                "files",
                        manifest.files().stream().map(VerdictReport::fileFields).toList(),
                "remove", manifest.remove());
    }

    private static Map<String, @Nullable Object> fileFields(ManifestFile file) {
        return Json.object(
                "path",
                file.path(),
                "size",
                file.size(),
                "sha256",
                file.sha256().hex());
    }

    private static long bytes(Manifest manifest) {
        return manifest.files().stream().mapToLong(ManifestFile::size).sum();
    }

    private static Receipt.Outcome outcome(Verdict verdict) {
        if (verdict instanceof Verdict.Rejected) {
            return Receipt.Outcome.REJECTED;
        }
        return verdict instanceof Verdict.Duplicate ? Receipt.Outcome.DUPLICATE : Receipt.Outcome.ACCEPTED;
    }

    private static @Nullable Manifest manifest(Verdict verdict) {
        if (verdict instanceof Verdict.Accepted accepted) {
            return accepted.manifest();
        }
        if (verdict instanceof Verdict.Duplicate duplicate) {
            return duplicate.manifest();
        }
        return ((Verdict.Rejected) verdict).manifest();
    }

    private static List<Signer> signers(Verdict verdict) {
        if (verdict instanceof Verdict.Accepted accepted) {
            return accepted.signers();
        }
        if (verdict instanceof Verdict.Duplicate duplicate) {
            return duplicate.signers();
        }
        return ((Verdict.Rejected) verdict).signers();
    }

    private static List<String> warnings(Verdict verdict) {
        return verdict instanceof Verdict.Accepted accepted ? accepted.warnings() : List.of();
    }
}
