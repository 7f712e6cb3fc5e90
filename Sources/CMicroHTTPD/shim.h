#pragma once
#include <microhttpd.h>

// MHD_start_daemon is variadic, which Swift does not import. The daemon owns `listen_socket` and closes it when it stops.
static inline struct MHD_Daemon *trifid_http_start(
    int listen_socket, MHD_AccessHandlerCallback handler, void *context, unsigned int connections,
    unsigned int connections_per_address, unsigned int timeout_seconds, size_t connection_memory)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC, 0, NULL, NULL, handler, context,
        MHD_OPTION_LISTEN_SOCKET, (MHD_socket)listen_socket,
        MHD_OPTION_CONNECTION_LIMIT, connections,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, connections_per_address,
        MHD_OPTION_CONNECTION_TIMEOUT, timeout_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, connection_memory,
        MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
        MHD_OPTION_END);
}
