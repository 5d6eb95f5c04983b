/** The site as a visitor gets it: what is asked, what came, and what that says about web server, caches and TLS. */
@NullMarked
package mx.difusor.agent.visit;

import org.jspecify.annotations.NullMarked;
