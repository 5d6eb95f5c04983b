package mx.difusor.agent.alerting;

import jakarta.mail.Address;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Who has a mail that others still wait for, so that nobody gets it twice. Any thread. */
final class Served {

    private final Map<String, Set<Address>> mails = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Set<Address>> eldest) {
            return size() > Outbox.CAPACITY;
        }
    };

    synchronized void add(String mail, Address... sent) {
        mails.computeIfAbsent(mail, unused -> new HashSet<>()).addAll(Arrays.asList(sent));
    }

    synchronized boolean some(String mail) {
        return mails.containsKey(mail);
    }

    synchronized Address[] without(String mail, Address... all) {
        Set<Address> served = mails.getOrDefault(mail, Set.of());
        return Arrays.stream(all).filter(one -> !served.contains(one)).toArray(Address[]::new);
    }
}
