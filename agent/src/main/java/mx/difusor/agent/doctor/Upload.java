package mx.difusor.agent.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Uploads to a real endpoint of this very code, on loopback; a seam. */
@FunctionalInterface
public interface Upload {

    /**
     * @param scratch a folder that is not there yet; it is gone afterwards
     * @param bytes of the file that is sent each time
     * @throws IOException where nothing could be measured
     */
    Measured measure(Path scratch, long bytes) throws IOException, InterruptedException;

    /**
     * @param client what sent
     * @param rates bytes per second of each upload, in their order
     */
    record Measured(String client, List<Double> rates) {
        public Measured {
            rates = List.copyOf(rates);
        }

        double median() {
            List<Double> sorted = rates.stream().sorted().toList();
            return sorted.get(sorted.size() / 2);
        }
    }
}
