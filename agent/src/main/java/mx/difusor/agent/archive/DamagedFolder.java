package mx.difusor.agent.archive;

import java.util.Objects;
import java.util.Optional;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/**
 * A package's folder that stands and cannot be read whole.
 *
 * @param folder below the home, {@code /}-separated
 * @param receipt null where not even that can be read
 * @param why for people
 */
record DamagedFolder(String folder, @Nullable Receipt receipt, String why) {

    /**
     * The package as an index knew it while it could be read. A package that left history for being damaged would take the
     * page back to an older cut, and leave its sequence to other bytes.
     */
    Optional<Index.Entry> before(Index index) throws MachineException {
        try {
            return index.row(folder).filter(this::isSame).map(row -> receipt == null ? row : with(row, receipt));
        } catch (MachineException e) {
            if (IndexSchema.isDamaged(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private boolean isSame(Index.Entry row) {
        return row.manifest() != null
                && (receipt == null
                        || (receipt.outcome() == Receipt.Outcome.ACCEPTED
                                && Objects.equals(
                                        receipt.sha256(), row.receipt().sha256())));
    }

    private static Index.Entry with(Index.Entry row, Receipt now) {
        return new Index.Entry(row.id(), row.folder(), row.bytes(), now, row.manifest());
    }
}
