package mx.difusor.agent.doctor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.model.MachineException;

/** Looks at everything, one after the other; a look that fails is a finding like the others. */
public final class Doctor {

    /** Each family under the check that its failure is told of. */
    private final Map<CheckId, Check> families = new EnumMap<>(CheckId.class);

    /** @param throughput whether uploads are measured, which takes seconds and load */
    public Doctor(Subject subject, Keys keys, Upload upload, Disk disk, boolean throughput) {
        families.put(CheckId.SPACE, new SpaceCheck(subject, disk));
        families.put(CheckId.THROUGHPUT, new ThroughputCheck(subject, upload, disk, throughput));
        families.put(CheckId.SFTP_PORT, new PortCheck(subject, keys));
        families.put(CheckId.SITE, SiteCheck.of(subject));
        families.put(CheckId.AVAILABILITY, new ServiceCheck(subject));
        families.put(CheckId.SYSTEM, new HostCheck(subject));
        families.put(CheckId.CLOCK, new ClockCheck(subject));
        families.put(CheckId.ACCOUNT, new HomeCheck(subject));
        families.put(CheckId.FILE_SYSTEM, new FileSystemCheck(subject, disk));
        families.put(CheckId.HOST_KEY, new KeyCheck(subject, keys));
        families.put(CheckId.LIVE, new LiveCheck(subject));
        families.put(CheckId.WEB_SERVER, new WebServerCheck(subject));
        families.put(CheckId.CHANNELS, new AlertCheck(subject));
    }

    /** In the order of {@link CheckId}. */
    public List<Finding> examine() throws InterruptedException {
        List<Finding> all = new ArrayList<>();
        for (Map.Entry<CheckId, Check> family : families.entrySet()) {
            all.addAll(look(family.getKey(), family.getValue()));
        }
        all.sort(Comparator.comparing(Finding::check));
        return List.copyOf(all);
    }

    static List<Finding> look(CheckId named, Check family) throws InterruptedException {
        try {
            return family.look();
        } catch (IOException e) {
            return List.of(Finding.unchecked(named, Failures.inWords(e)));
        } catch (MachineException e) {
            return List.of(Finding.unchecked(named, e.getMessage() + "; " + e.cure()));
        } catch (RuntimeException e) {
            // Odd answers of odd systems must not cost the other findings.
            return List.of(Finding.unchecked(named, e.toString()));
        }
    }
}
