package mx.difusor.agent.publish;

import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Tree;
import org.jspecify.annotations.Nullable;

/**
 * What the live root shall show.
 *
 * @param label the beginning of the release's name: the sequence in six digits, or what else it shows
 * @param newest the package whose cut is shown; null where nothing of a cut is public
 */
public record Target(
        String event, String label, Tree tree, @Nullable AcceptedPackage newest, Contents contents) {}
