package mx.difusor.agent.model;

/** Where the manifests of a history's packages are read again: those of a long history do not fit into memory. */
@FunctionalInterface
public interface Manifests {

    /** None is ever asked for. */
    Manifests NONE = one -> {
        throw new IllegalStateException("no manifest is known here: " + one);
    };

    /** @throws IllegalStateException when it cannot be read */
    Manifest of(AcceptedPackage one);
}
