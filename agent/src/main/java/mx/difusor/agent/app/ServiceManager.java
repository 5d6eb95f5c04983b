package mx.difusor.agent.app;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Who started this process and wants to hear how it is. */
interface ServiceManager {

    /** Nobody wants to hear anything. */
    ServiceManager NONE = new ServiceManager() {
        @Override
        public void tell(String... assignments) {}

        @Override
        public @Nullable Duration signsOfLife() {
            return null;
        }
    };

    /** @param assignments as sd_notify(3) has them, such as {@code READY=1}; a failure is logged, and nothing else */
    void tell(String... assignments);

    /** How often a {@code WATCHDOG=1} is waited for at the latest; null where it is not. */
    @Nullable
    Duration signsOfLife();
}
