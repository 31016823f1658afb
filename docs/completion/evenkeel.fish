# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_evenkeel_global_optspecs
    string join \n f/use-file= n/dont-fork l/log-console D/log-detail G/no-syslog S/log-facility= t/config-test= i/config-id= e/all-config P/vrrp C/check p/pid= r/vrrp_pid= c/checkers_pid= u/umask= v/version h/help signum= B/no_bfd all g/log-file= flush-log-file X/release-vips V/dont-release-vrrp I/dont-release-ipvs R/dont-respawn d/dump-conf b/bfd_pid= a/address-monitoring x/snmp A/snmp-agent-socket= s/namespace= m/core-dump M/core-dump-pattern= ignore-sigint
end

function __fish_evenkeel_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_evenkeel_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_evenkeel_using_subcommand
    set -l cmd (__fish_evenkeel_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c evenkeel -n "__fish_evenkeel_needs_command" -s f -l use-file -d 'configuration file or pattern [default: /etc/keepalived/keepalived.conf]' -r
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s S -l log-facility -d 'syslog facility: local0 to local7, user, daemon' -r
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s t -l config-test -d 'check the configuration and leave; messages go to FILE' -r
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s i -l config-id -d 'keep @ID lines of the configuration [default: host name]' -r
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s p -l pid -d 'pid file' -r
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s r -l vrrp_pid -d 'pid file of the VRRP part' -r
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s c -l checkers_pid -d 'pid file of the checkers part' -r
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s u -l umask -d 'umask, octal [default: 0177]' -r
complete -c evenkeel -n "__fish_evenkeel_needs_command" -l signum -d 'print the number of the signal for STOP, RELOAD, DATA or STATS and leave' -r
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s g -l log-file -d 'log to a file' -r
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s b -l bfd_pid -d 'pid file of the BFD part' -r
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s A -l snmp-agent-socket -d 'AgentX socket' -r
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s s -l namespace -d 'network namespace to run in' -r
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s M -l core-dump-pattern -d 'kernel core pattern' -r
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s n -l dont-fork -d 'stay in the foreground'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s l -l log-console -d 'log to the terminal as well'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s D -l log-detail -d 'more detail in the log'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s G -l no-syslog -d 'do not log to syslog'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s e -l all-config -d 'all include checks on'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s P -l vrrp -d 'VRRP only, no checkers'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s C -l check -d 'checkers only, no VRRP'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s v -l version -d 'print the version and leave'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s h -l help -d 'print this help and leave'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s B -l no_bfd -d 'no BFD'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -l all -d 'start every part even without configuration for it'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -l flush-log-file -d 'flush that file with each line'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s X -l release-vips -d 'drop addresses on a transition by signal'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s V -l dont-release-vrrp -d 'leave addresses in place on exit'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s I -l dont-release-ipvs -d 'leave the IPVS table in place on exit'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s R -l dont-respawn -d 'do not restart a part that dies'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s d -l dump-conf -d 'log the parsed configuration'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s a -l address-monitoring -d 'log every address change'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s x -l snmp -d 'turn on SNMP'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -s m -l core-dump -d 'allow core dumps'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -l ignore-sigint -d 'ignore INT, for debuggers'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -f -a "status" -d 'what the running daemon knows'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -f -a "reload" -d 'read the configuration again, and tell what changed'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -f -a "switchover" -d 'let the other director be master once; refused when nobody would take over'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -f -a "maintenance" -d 'take routers out of service, over restarts, and put them back; without a word, what is out of service'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -f -a "rs" -d 'change real servers of the running daemon, over the file, until a reload says otherwise'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -f -a "realserver" -d 'virtual addresses on a server behind a director, without answering for them in the local network'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -f -a "check" -d 'diagnose configurations; leaves with 0, 1 or 2 for clean, warnings, errors'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -f -a "config" -d 'print a configuration as it is understood, with every default'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -f -a "diff" -d 'what a reload would change, and what that does to the running daemon; leaves with 0, 1 or 2 for nothing, something, refused'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -f -a "fmt" -d 'print configuration files in the common layout; comments and meaning stay'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -f -a "ipvs" -d 'the table of the kernel\'s load balancer, as ipvsadm(8)'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -f -a "completion" -d 'print a completion script for a shell'
complete -c evenkeel -n "__fish_evenkeel_needs_command" -f -a "explain" -d 'a page about a keyword, a block, or the code of a problem'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand status" -l json -d 'for programs'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand switchover" -l force -d 'let go even then'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand maintenance; and not __fish_seen_subcommand_from on off" -f -a "on" -d 'hand over, and do not become master'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand maintenance; and not __fish_seen_subcommand_from on off" -f -a "off" -d 'back into service'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand maintenance; and __fish_seen_subcommand_from on" -l reason -d 'for those who wonder' -r
complete -c evenkeel -n "__fish_evenkeel_using_subcommand maintenance; and __fish_seen_subcommand_from on" -l until -d 'back by itself: a time (22:30, 2026-12-24T06:00) or a length of time (90m, 2h)' -r
complete -c evenkeel -n "__fish_evenkeel_using_subcommand rs; and not __fish_seen_subcommand_from list clear set-weight drain disable enable add remove" -f -a "list" -d 'what is changed'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand rs; and not __fish_seen_subcommand_from list clear set-weight drain disable enable add remove" -f -a "clear" -d 'undo every change: the file counts'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand rs; and not __fish_seen_subcommand_from list clear set-weight drain disable enable add remove" -f -a "set-weight" -d 'give it another weight'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand rs; and not __fish_seen_subcommand_from list clear set-weight drain disable enable add remove" -f -a "drain" -d 'weight 0: it keeps its connections and gets no new ones'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand rs; and not __fish_seen_subcommand_from list clear set-weight drain disable enable add remove" -f -a "disable" -d 'take it out of the table; its checks go on'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand rs; and not __fish_seen_subcommand_from list clear set-weight drain disable enable add remove" -f -a "enable" -d 'end drain, disable and remove'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand rs; and not __fish_seen_subcommand_from list clear set-weight drain disable enable add remove" -f -a "add" -d 'add one that the file does not have; method and checks are those of the first one of the pool'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand rs; and not __fish_seen_subcommand_from list clear set-weight drain disable enable add remove" -f -a "remove" -d 'take it out as if the file did not have it'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand rs; and __fish_seen_subcommand_from set-weight" -l in -d 'in this virtual server only: ADDRESS:PORT, fwmark MARK, a group, or its name in status' -r
complete -c evenkeel -n "__fish_evenkeel_using_subcommand rs; and __fish_seen_subcommand_from drain" -l in -d 'in this virtual server only: ADDRESS:PORT, fwmark MARK, a group, or its name in status' -r
complete -c evenkeel -n "__fish_evenkeel_using_subcommand rs; and __fish_seen_subcommand_from disable" -l in -d 'in this virtual server only: ADDRESS:PORT, fwmark MARK, a group, or its name in status' -r
complete -c evenkeel -n "__fish_evenkeel_using_subcommand rs; and __fish_seen_subcommand_from enable" -l in -d 'in this virtual server only: ADDRESS:PORT, fwmark MARK, a group, or its name in status' -r
complete -c evenkeel -n "__fish_evenkeel_using_subcommand rs; and __fish_seen_subcommand_from add" -l in -d 'in this virtual server only: ADDRESS:PORT, fwmark MARK, a group, or its name in status' -r
complete -c evenkeel -n "__fish_evenkeel_using_subcommand rs; and __fish_seen_subcommand_from add" -l weight -d '0 to 2147483647 [default: that of the first one]' -r
complete -c evenkeel -n "__fish_evenkeel_using_subcommand rs; and __fish_seen_subcommand_from remove" -l in -d 'in this virtual server only: ADDRESS:PORT, fwmark MARK, a group, or its name in status' -r
complete -c evenkeel -n "__fish_evenkeel_using_subcommand realserver; and not __fish_seen_subcommand_from up down check" -f -a "up" -d 'set them up, beside those that are; what is in order is not touched'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand realserver; and not __fish_seen_subcommand_from up down check" -f -a "down" -d 'undo exactly what was done'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand realserver; and not __fish_seen_subcommand_from up down check" -f -a "check" -d 'say what is wrong, and what helps; leaves with 0 or 1'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand realserver; and __fish_seen_subcommand_from up" -l vip -d 'the virtual addresses; without any, those that are set up are put in order' -r
complete -c evenkeel -n "__fish_evenkeel_using_subcommand realserver; and __fish_seen_subcommand_from up" -l method -d 'the director\'s lvs_method' -r -f -a "dr\t''
tun\t''"
complete -c evenkeel -n "__fish_evenkeel_using_subcommand realserver; and __fish_seen_subcommand_from up" -l persist -d 'again at each start of the machine, by a systemd unit'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand realserver; and __fish_seen_subcommand_from up" -l dry-run -d 'print what would be done'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand realserver; and __fish_seen_subcommand_from down" -l vip -d 'these only; all without it' -r
complete -c evenkeel -n "__fish_evenkeel_using_subcommand realserver; and __fish_seen_subcommand_from down" -l dry-run -d 'print what would be done'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand realserver; and __fish_seen_subcommand_from check" -l vip -d 'these as well as those that are set up' -r
complete -c evenkeel -n "__fish_evenkeel_using_subcommand realserver; and __fish_seen_subcommand_from check" -l method -d 'the director\'s lvs_method' -r -f -a "dr\t''
tun\t''"
complete -c evenkeel -n "__fish_evenkeel_using_subcommand check" -s i -l config-id -d 'keep @ID lines; twice with --pair [default: host name]' -r
complete -c evenkeel -n "__fish_evenkeel_using_subcommand check" -l format -d 'how problems are printed' -r -f -a "full\t''
short\t''
json\t''
sarif\t''"
complete -c evenkeel -n "__fish_evenkeel_using_subcommand check" -l offline -d 'do not look at this machine\'s interfaces, users and scripts'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand check" -l host -d 'look at them, which is what is done anyway'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand check" -l pair -d 'hold two directors against each other: two files, or one file and two ids'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand config" -s i -l config-id -d 'keep @ID lines [default: host name]' -r
complete -c evenkeel -n "__fish_evenkeel_using_subcommand config" -l json -d 'for programs'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand config" -l origin -d 'say behind each line where it comes from'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand config" -l show-secrets -d 'print passwords and keys'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand diff" -s i -l config-id -d 'keep @ID lines [default: host name]' -r
complete -c evenkeel -n "__fish_evenkeel_using_subcommand diff" -l json -d 'for programs'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand fmt" -l write -d 'replace the files'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand fmt" -l check -d 'name the files that would change, and leave with 1 if there are any'
complete -c evenkeel -n "__fish_evenkeel_using_subcommand explain" -f -a "-nodad BFD_CHECK DNS_CHECK ETHTOOL FILE_CHECK HTTP_GET IOCTL MII MISC_CHECK PING_CHECK SMTP_CHECK SSL SSL_GET TCP_CHECK UDP_CHECK accept active-key-missing active_key add advert-interval-for-version advert_int advmss all allow_if_changes alpha anti_replay append as auth_hmac auth_pass auth_type authentication authentication-in-version-3 authentication-with-hmac autojoin bad-address-option bad-command bad-digest bad-dns-name bad-hex bad-hmac-key bad-http-header bad-http-method bad-interface-name bad-link-option bad-netmask bad-prefix-length bad-range bad-regex bad-regex-offset bad-routing-word bad-sequence bad-status-code bad-table-name bad-umask bfd-name-too-long bfd_cpu_affinity bfd_instance bfd_no_swap bfd_priority bfd_process_name bfd_rlimit_rtime bfd_rlimit_rttime bfd_rt_priority bind_if bind_port bindto blackhole blocks-too-deep brace_match brd bridge broadcast byte-order-mark ca certificate check-without-port check-without-script check-without-url check_sharing check_unicast_src checker checker_cpu_affinity checker_log_all_failures checker_no_swap checker_priority checker_process_name checker_rlimit_rtime checker_rlimit_rttime checker_rt_priority child_wait_time command-not-quoted comment-ends-definition config_save_dir congctl connect_ip connect_port connect_timeout csum cwnd data_use_instance dbus_no_interface_name dbus_service_name debug default_interface delay delay_before_retry delay_loop deprecated-keyword dev digest directory-missing disable_local_igmp dont_track_primary down_timer_adverts dport drain dsfield dst duplicate-address duplicate-bfd-session duplicate-keyword duplicate-name duplicate-peer duplicate-real-server duplicate-virtual-server duplicate-vrid dynamic_interfaces empty-block empty-condition empty-random-range enable_dbus enable_script_security enable_sni enable_snmp_checker enable_snmp_keepalived enable_snmp_rfc enable_snmp_rfcv2 enable_snmp_rfcv3 enable_snmp_vrrp enable_traps encap expires extra-close-brace extra-words fall fast_recovery fastopen_no_cookie features fifo-script-without-fifo fifo_write_vrrp_states_on_reload file file-not-found file-unusable flag-1 flag-2 flag-3 flag-without-hashing flags fork_delay from full_command fwmark garp_extra_if garp_group garp_interval garp_lower_prio_delay garp_lower_prio_repeat garp_master_delay garp_master_refresh garp_master_refresh_repeat garp_master_repeat global_defs global_tracking gna_interval goto group group-not-link-local group-with-one-member group-without-entries group-without-members gw ha-suspend-without-address ha_suspend hashed header helo_name higher_prio_send_advert home hoplimit hops-above-ttl host http_protocol hysteresis hysteresis-too-high id idle_tx iif in-two-garp-groups include-loop include_check incomplete-block inet inet6 inhibit_on_failure init_fail init_file initcwnd initrwnd inst instance interface interface-missing interface_up_down_delays interfaces interval ip_family ipproto iproute_etc_dir iproute_usr_dir json_dump_file json_version kernel_rx_buf_size key key-file-open keyword-without-effect l3mdev label late-directive lb_algo lb_kind line-grows-too-long line-too-long lines-in-the-middle link-name-twice linkbeat_interfaces linkbeat_use_polling lock log_all_failures log_unknown_vrids lookup loopback-interface lower_prio_no_advert lthreshold lthreshold-too-high lvs_flush lvs_flush_on_stop lvs_flush_onstop lvs_method lvs_netlink_cmd_rcv_bufs lvs_netlink_cmd_rcv_bufs_force lvs_netlink_monitor_rcv_bufs lvs_netlink_monitor_rcv_bufs_force lvs_notify_fifo lvs_notify_fifo_script lvs_process_name lvs_sched lvs_sync_daemon lvs_sync_daemon_interface lvs_timeouts match max_auto_priority max_hops max_reply_length max_ttl maxlen mcast_dst_ip mcast_src_ip member-twice method method-missing metric mh-fallback mh-port min_auto_priority_delay min_reply_length min_rx min_ttl min_tx misc_dynamic misc_path misc_timeout missing-brace missing-close-brace missing-parameter missing-value mixed-families mngtmpaddr mode mtu multihop multiplier name name-too-long namespace_with_ipsets native_ipv6 nb_get_retry neighbor_ip neighbour_ip net_namespace net_namespace_ipvs netlink_notify_msg nexthop nftables nftables_counters nftables_ifindex nftables_ipvs nftables_ipvs_priority nftables_ipvs_start_fwmark nftables_priority no-addresses no-interface-for-check no-real-servers no-script-user no-sorry-server no_accept no_checker_emails no_email_faults no_track no_virtual_ipaddress nocsum nop nopreempt nopreempt-ignored nopreempt-with-weight noprefixroute noreverse not not-a-number not-a-switch not-a-url not-an-address not-multicast not-strict not-text nothing-matches notification_email notification_email_from notify notify_backup notify_deleted notify_down notify_fault notify_fifo notify_fifo_script notify_master notify_master_rx_lower_pri notify_priority_changes notify_stop notify_up notify_webhook number-out-of-range oif old_unicast_checksum omega onlink ops ops-without-udp or order overlapping-services overwrite owner-among-others owner-with-weight owner_ignore_adverts pair-addresses-differ pair-authentication-differs pair-both-nopreempt pair-both-owners pair-group-differs pair-group-members-differ pair-hmac-differs pair-interface-differs pair-interval-differs pair-peer-missing pair-priority-equal pair-real-servers-differ pair-router-missing pair-service-differs pair-service-missing pair-source-equal pair-sync-daemon-differs pair-transport-differs pair-version-differs pair-vrid-differs param_match parameter-loop passive password password-missing password-too-long path payload peer peer-is-self persistence-missing persistence_engine persistence_granularity persistence_timeout port port-mismatch preempt preempt-delay-ignored preempt_delay pref preference preferred_lft prepend priority priority-out-of-reach private process process-name-too-long process_monitor_rcv_bufs process_monitor_rcv_bufs_force process_name process_names prohibit promote-secondaries-ignored promote_secondaries protocol protocol-missing protocol-of-others protocol-with-mark quickack quorum quorum-above-maximum quorum-too-high quorum_down quorum_max quorum_up random_seed read real_server realms regex regex-missing regex_max_offset regex_min_offset regex_no_match regex_options regex_stack reload_check_config reload_file reload_repeat reload_time_file remcsum reordering reply-lengths require_reply retry reverse rise route-without-destination router_id rs_init_notifies rto_min rtt rttvar rule-action rule-without-preference scheduler-missing scope script script-missing script-unsafe script-without-command script_user scripts-not-secured secret server-not-checked several-main-files sh-fallback sh-port shutdown_script shutdown_script_timeout skip_check_adv_addr smtp_alert smtp_alert_checker smtp_alert_vrrp smtp_connect_timeout smtp_helo_name smtp_server snmp_name snmp_rs_stats_update_interval snmp_socket snmp_vs_stats_update_interval sorry_server sorry_server_inhibit sorry_server_lvs_method source_ip sport src ssthresh startup_script startup_script_timeout state state-twice state-with-ah state_dump_file static_ipaddress static_routes static_rules stats_dump_file status_code stray-continuation strict_mode sup_group sup_pl suppress_ifgroup suppress_prefixlength sync_group_tracking_weight table tc tcp tcpfin terminate_delay thread_timer_expired time_window timeout timer-expired-ignored timer_expired_backup tls_compliant tmp_config_directory to too-many-addresses too-many-decimals too-much-text tos track-group-without-link track-source-ignored track_bfd track_file track_group track_interface track_process track_script track_src_ip tracked-in-group tracked-twice tracks-own-interface trailing-characters ttl ttl-limits-crossed ttl-propagate tunnel-id tunnel-options two-virtual-links type udp uidrange umask undefined-parameter unexpected-block unexpected-open-brace unicast-without-peers unicast_fault_no_peer unicast_peer unicast_src_ip unicast_ttl unknown-include-check unknown-instance unknown-interface unknown-keyword unknown-member unknown-polled-interface unknown-routing-name unknown-script unknown-server-group unknown-track-group unknown-tracker unknown-user unknown-word unreachable unterminated-quote unused-script url url-without-path use_ipvlan use_pid_dir use_symlink_paths use_vmac use_vmac_addr user uthreshold v3_checksum_as_v2 vepa verify version version-2-with-ipv6 version-twice via virtual_ipaddress virtual_ipaddress_excluded virtual_router_id virtual_routes virtual_rules virtual_server virtual_server_group virtualhost vmac_addr_prefix vmac_garp_intvl vmac_prefix vmac_xmit_base vrf vrf-with-interface vrid-missing vrrp vrrp_check_unicast_src vrrp_cpu_affinity vrrp_delay_after_boot vrrp_down_timer_adverts vrrp_garp_extra_if vrrp_garp_interval vrrp_garp_lower_prio_delay vrrp_garp_lower_prio_repeat vrrp_garp_master_delay vrrp_garp_master_refresh vrrp_garp_master_refresh_repeat vrrp_garp_master_repeat vrrp_gna_interval vrrp_higher_prio_send_advert vrrp_instance vrrp_ipsets vrrp_iptables vrrp_lower_prio_no_advert vrrp_mcast_group4 vrrp_mcast_group6 vrrp_min_garp vrrp_netlink_cmd_rcv_bufs vrrp_netlink_cmd_rcv_bufs_force vrrp_netlink_monitor_rcv_bufs vrrp_netlink_monitor_rcv_bufs_force vrrp_no_swap vrrp_notify_fifo vrrp_notify_fifo_script vrrp_notify_priority_changes vrrp_owner_ignore_adverts vrrp_priority vrrp_process_name vrrp_rlimit_rtime vrrp_rlimit_rttime vrrp_rt_priority vrrp_rx_bufs_multiplier vrrp_rx_bufs_policy vrrp_script vrrp_skip_check_adv_addr vrrp_startup_delay vrrp_strict vrrp_sync_group vrrp_track_file vrrp_track_process vrrp_version vrrp_vmac_garp_intvl warmup weight weight-in-group weight-without-effect wildcard_match window"
