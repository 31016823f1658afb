_evenkeel() {
    local i cur prev opts cmd
    COMPREPLY=()
    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
        cur="$2"
    else
        cur="${COMP_WORDS[COMP_CWORD]}"
    fi
    prev="$3"
    cmd=""
    opts=""

    for i in "${COMP_WORDS[@]:0:COMP_CWORD}"
    do
        case "${cmd},${i}" in
            ",$1")
                cmd="evenkeel"
                ;;
            evenkeel,check)
                cmd="evenkeel__subcmd__check"
                ;;
            evenkeel,completion)
                cmd="evenkeel__subcmd__completion"
                ;;
            evenkeel,config)
                cmd="evenkeel__subcmd__config"
                ;;
            evenkeel,diff)
                cmd="evenkeel__subcmd__diff"
                ;;
            evenkeel,explain)
                cmd="evenkeel__subcmd__explain"
                ;;
            evenkeel,fmt)
                cmd="evenkeel__subcmd__fmt"
                ;;
            evenkeel,ipvs)
                cmd="evenkeel__subcmd__ipvs"
                ;;
            evenkeel,maintenance)
                cmd="evenkeel__subcmd__maintenance"
                ;;
            evenkeel,realserver)
                cmd="evenkeel__subcmd__realserver"
                ;;
            evenkeel,reload)
                cmd="evenkeel__subcmd__reload"
                ;;
            evenkeel,rs)
                cmd="evenkeel__subcmd__rs"
                ;;
            evenkeel,status)
                cmd="evenkeel__subcmd__status"
                ;;
            evenkeel,switchover)
                cmd="evenkeel__subcmd__switchover"
                ;;
            evenkeel__subcmd__maintenance,off)
                cmd="evenkeel__subcmd__maintenance__subcmd__off"
                ;;
            evenkeel__subcmd__maintenance,on)
                cmd="evenkeel__subcmd__maintenance__subcmd__on"
                ;;
            evenkeel__subcmd__realserver,check)
                cmd="evenkeel__subcmd__realserver__subcmd__check"
                ;;
            evenkeel__subcmd__realserver,down)
                cmd="evenkeel__subcmd__realserver__subcmd__down"
                ;;
            evenkeel__subcmd__realserver,up)
                cmd="evenkeel__subcmd__realserver__subcmd__up"
                ;;
            evenkeel__subcmd__rs,add)
                cmd="evenkeel__subcmd__rs__subcmd__add"
                ;;
            evenkeel__subcmd__rs,clear)
                cmd="evenkeel__subcmd__rs__subcmd__clear"
                ;;
            evenkeel__subcmd__rs,disable)
                cmd="evenkeel__subcmd__rs__subcmd__disable"
                ;;
            evenkeel__subcmd__rs,drain)
                cmd="evenkeel__subcmd__rs__subcmd__drain"
                ;;
            evenkeel__subcmd__rs,enable)
                cmd="evenkeel__subcmd__rs__subcmd__enable"
                ;;
            evenkeel__subcmd__rs,list)
                cmd="evenkeel__subcmd__rs__subcmd__list"
                ;;
            evenkeel__subcmd__rs,remove)
                cmd="evenkeel__subcmd__rs__subcmd__remove"
                ;;
            evenkeel__subcmd__rs,set-weight)
                cmd="evenkeel__subcmd__rs__subcmd__set__subcmd__weight"
                ;;
            *)
                ;;
        esac
    done

    case "${cmd}" in
        evenkeel)
            opts="-f -n -l -D -G -S -t -i -e -P -C -p -r -c -u -v -h -B -g -X -V -I -R -d -b -a -x -A -s -m -M --use-file --dont-fork --log-console --log-detail --no-syslog --log-facility --config-test --config-id --all-config --vrrp --check --pid --vrrp_pid --checkers_pid --umask --version --help --signum --no_bfd --all --log-file --flush-log-file --release-vips --dont-release-vrrp --dont-release-ipvs --dont-respawn --dump-conf --bfd_pid --address-monitoring --snmp --snmp-agent-socket --namespace --core-dump --core-dump-pattern --ignore-sigint status reload switchover maintenance rs realserver check config diff fmt ipvs completion explain"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 1 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --use-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -f)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-facility)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -S)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --config-test)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -t)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --config-id)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -i)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pid)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -p)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --vrrp_pid)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -r)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --checkers_pid)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -c)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --umask)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -u)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --signum)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -g)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bfd_pid)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -b)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --snmp-agent-socket)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -A)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --namespace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -s)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --core-dump-pattern)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -M)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__check)
            opts="-i --config-id --format --offline --host --pair"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --config-id)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -i)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "full short json sarif" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__completion)
            opts="bash elvish fish powershell zsh"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__config)
            opts="-i --config-id --json --origin --show-secrets"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --config-id)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -i)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__diff)
            opts="-i --config-id --json"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --config-id)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -i)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__explain)
            opts="-nodad BFD_CHECK DNS_CHECK ETHTOOL FILE_CHECK HTTP_GET IOCTL MII MISC_CHECK PING_CHECK SMTP_CHECK SSL SSL_GET TCP_CHECK UDP_CHECK accept active-key-missing active_key add advert-interval-for-version advert_int advmss all allow_if_changes alpha anti_replay append as auth_hmac auth_pass auth_type authentication authentication-in-version-3 authentication-with-hmac autojoin bad-address-option bad-command bad-digest bad-dns-name bad-hex bad-hmac-key bad-http-header bad-http-method bad-interface-name bad-link-option bad-netmask bad-prefix-length bad-range bad-regex bad-regex-offset bad-routing-word bad-sequence bad-status-code bad-table-name bad-umask bfd-name-too-long bfd_cpu_affinity bfd_instance bfd_no_swap bfd_priority bfd_process_name bfd_rlimit_rtime bfd_rlimit_rttime bfd_rt_priority bind_if bind_port bindto blackhole blocks-too-deep brace_match brd bridge broadcast byte-order-mark ca certificate check-without-port check-without-script check-without-url check_sharing check_unicast_src checker checker_cpu_affinity checker_log_all_failures checker_no_swap checker_priority checker_process_name checker_rlimit_rtime checker_rlimit_rttime checker_rt_priority child_wait_time command-not-quoted comment-ends-definition config_save_dir congctl connect_ip connect_port connect_timeout csum cwnd data_use_instance dbus_no_interface_name dbus_service_name debug default_interface delay delay_before_retry delay_loop deprecated-keyword dev digest directory-missing disable_local_igmp dont_track_primary down_timer_adverts dport drain dsfield dst duplicate-address duplicate-bfd-session duplicate-keyword duplicate-name duplicate-peer duplicate-real-server duplicate-virtual-server duplicate-vrid dynamic_interfaces empty-block empty-condition empty-random-range enable_dbus enable_script_security enable_sni enable_snmp_checker enable_snmp_keepalived enable_snmp_rfc enable_snmp_rfcv2 enable_snmp_rfcv3 enable_snmp_vrrp enable_traps encap expires extra-close-brace extra-words fall fast_recovery fastopen_no_cookie features fifo-script-without-fifo fifo_write_vrrp_states_on_reload file file-not-found file-unusable flag-1 flag-2 flag-3 flag-without-hashing flags fork_delay from full_command fwmark garp_extra_if garp_group garp_interval garp_lower_prio_delay garp_lower_prio_repeat garp_master_delay garp_master_refresh garp_master_refresh_repeat garp_master_repeat global_defs global_tracking gna_interval goto group group-not-link-local group-with-one-member group-without-entries group-without-members gw ha-suspend-without-address ha_suspend hashed header helo_name higher_prio_send_advert home hoplimit hops-above-ttl host http_protocol hysteresis hysteresis-too-high id idle_tx iif in-two-garp-groups include-loop include_check incomplete-block inet inet6 inhibit_on_failure init_fail init_file initcwnd initrwnd inst instance interface interface-missing interface_up_down_delays interfaces interval ip_family ipproto iproute_etc_dir iproute_usr_dir json_dump_file json_version kernel_rx_buf_size key key-file-open keyword-without-effect l3mdev label late-directive lb_algo lb_kind line-grows-too-long line-too-long lines-in-the-middle link-name-twice linkbeat_interfaces linkbeat_use_polling lock log_all_failures log_unknown_vrids lookup loopback-interface lower_prio_no_advert lthreshold lthreshold-too-high lvs_flush lvs_flush_on_stop lvs_flush_onstop lvs_method lvs_netlink_cmd_rcv_bufs lvs_netlink_cmd_rcv_bufs_force lvs_netlink_monitor_rcv_bufs lvs_netlink_monitor_rcv_bufs_force lvs_notify_fifo lvs_notify_fifo_script lvs_process_name lvs_sched lvs_sync_daemon lvs_sync_daemon_interface lvs_timeouts match max_auto_priority max_hops max_reply_length max_ttl maxlen mcast_dst_ip mcast_src_ip member-twice method method-missing metric mh-fallback mh-port min_auto_priority_delay min_reply_length min_rx min_ttl min_tx misc_dynamic misc_path misc_timeout missing-brace missing-close-brace missing-parameter missing-value mixed-families mngtmpaddr mode mtu multihop multiplier name name-too-long namespace_with_ipsets native_ipv6 nb_get_retry neighbor_ip neighbour_ip net_namespace net_namespace_ipvs netlink_notify_msg nexthop nftables nftables_counters nftables_ifindex nftables_ipvs nftables_ipvs_priority nftables_ipvs_start_fwmark nftables_priority no-addresses no-interface-for-check no-real-servers no-script-user no-sorry-server no_accept no_checker_emails no_email_faults no_track no_virtual_ipaddress nocsum nop nopreempt nopreempt-ignored nopreempt-with-weight noprefixroute noreverse not not-a-number not-a-switch not-a-url not-an-address not-multicast not-strict not-text nothing-matches notification_email notification_email_from notify notify_backup notify_deleted notify_down notify_fault notify_fifo notify_fifo_script notify_master notify_master_rx_lower_pri notify_priority_changes notify_stop notify_up notify_webhook number-out-of-range oif old_unicast_checksum omega onlink ops ops-without-udp or order overlapping-services overwrite owner-among-others owner-with-weight owner_ignore_adverts pair-addresses-differ pair-authentication-differs pair-both-nopreempt pair-both-owners pair-group-differs pair-group-members-differ pair-hmac-differs pair-interface-differs pair-interval-differs pair-peer-missing pair-priority-equal pair-real-servers-differ pair-router-missing pair-service-differs pair-service-missing pair-source-equal pair-sync-daemon-differs pair-transport-differs pair-version-differs pair-vrid-differs param_match parameter-loop passive password password-missing password-too-long path payload peer peer-is-self persistence-missing persistence_engine persistence_granularity persistence_timeout port port-mismatch preempt preempt-delay-ignored preempt_delay pref preference preferred_lft prepend priority priority-out-of-reach private process process-name-too-long process_monitor_rcv_bufs process_monitor_rcv_bufs_force process_name process_names prohibit promote-secondaries-ignored promote_secondaries protocol protocol-missing protocol-of-others protocol-with-mark quickack quorum quorum-above-maximum quorum-too-high quorum_down quorum_max quorum_up random_seed read real_server realms regex regex-missing regex_max_offset regex_min_offset regex_no_match regex_options regex_stack reload_check_config reload_file reload_repeat reload_time_file remcsum reordering reply-lengths require_reply retry reverse rise route-without-destination router_id rs_init_notifies rto_min rtt rttvar rule-action rule-without-preference scheduler-missing scope script script-missing script-unsafe script-without-command script_user scripts-not-secured secret server-not-checked several-main-files sh-fallback sh-port shutdown_script shutdown_script_timeout skip_check_adv_addr smtp_alert smtp_alert_checker smtp_alert_vrrp smtp_connect_timeout smtp_helo_name smtp_server snmp_name snmp_rs_stats_update_interval snmp_socket snmp_vs_stats_update_interval sorry_server sorry_server_inhibit sorry_server_lvs_method source_ip sport src ssthresh startup_script startup_script_timeout state state-twice state-with-ah state_dump_file static_ipaddress static_routes static_rules stats_dump_file status_code stray-continuation strict_mode sup_group sup_pl suppress_ifgroup suppress_prefixlength sync_group_tracking_weight table tc tcp tcpfin terminate_delay thread_timer_expired time_window timeout timer-expired-ignored timer_expired_backup tls_compliant tmp_config_directory to too-many-addresses too-many-decimals too-much-text tos track-group-without-link track-source-ignored track_bfd track_file track_group track_interface track_process track_script track_src_ip tracked-in-group tracked-twice tracks-own-interface trailing-characters ttl ttl-limits-crossed ttl-propagate tunnel-id tunnel-options two-virtual-links type udp uidrange umask undefined-parameter unexpected-block unexpected-open-brace unicast-without-peers unicast_fault_no_peer unicast_peer unicast_src_ip unicast_ttl unknown-include-check unknown-instance unknown-interface unknown-keyword unknown-member unknown-polled-interface unknown-routing-name unknown-script unknown-server-group unknown-track-group unknown-tracker unknown-user unknown-word unreachable unterminated-quote unused-script url url-without-path use_ipvlan use_pid_dir use_symlink_paths use_vmac use_vmac_addr user uthreshold v3_checksum_as_v2 vepa verify version version-2-with-ipv6 version-twice via virtual_ipaddress virtual_ipaddress_excluded virtual_router_id virtual_routes virtual_rules virtual_server virtual_server_group virtualhost vmac_addr_prefix vmac_garp_intvl vmac_prefix vmac_xmit_base vrf vrf-with-interface vrid-missing vrrp vrrp_check_unicast_src vrrp_cpu_affinity vrrp_delay_after_boot vrrp_down_timer_adverts vrrp_garp_extra_if vrrp_garp_interval vrrp_garp_lower_prio_delay vrrp_garp_lower_prio_repeat vrrp_garp_master_delay vrrp_garp_master_refresh vrrp_garp_master_refresh_repeat vrrp_garp_master_repeat vrrp_gna_interval vrrp_higher_prio_send_advert vrrp_instance vrrp_ipsets vrrp_iptables vrrp_lower_prio_no_advert vrrp_mcast_group4 vrrp_mcast_group6 vrrp_min_garp vrrp_netlink_cmd_rcv_bufs vrrp_netlink_cmd_rcv_bufs_force vrrp_netlink_monitor_rcv_bufs vrrp_netlink_monitor_rcv_bufs_force vrrp_no_swap vrrp_notify_fifo vrrp_notify_fifo_script vrrp_notify_priority_changes vrrp_owner_ignore_adverts vrrp_priority vrrp_process_name vrrp_rlimit_rtime vrrp_rlimit_rttime vrrp_rt_priority vrrp_rx_bufs_multiplier vrrp_rx_bufs_policy vrrp_script vrrp_skip_check_adv_addr vrrp_startup_delay vrrp_strict vrrp_sync_group vrrp_track_file vrrp_track_process vrrp_version vrrp_vmac_garp_intvl warmup weight weight-in-group weight-without-effect wildcard_match window"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__fmt)
            opts="--write --check"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__ipvs)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__maintenance)
            opts="on off"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__maintenance__subcmd__off)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__maintenance__subcmd__on)
            opts="--reason --until"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --reason)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --until)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__realserver)
            opts="up down check"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__realserver__subcmd__check)
            opts="--vip --method"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --vip)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --method)
                    COMPREPLY=($(compgen -W "dr tun" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__realserver__subcmd__down)
            opts="--vip --dry-run"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --vip)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__realserver__subcmd__up)
            opts="--vip --method --persist --dry-run"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --vip)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --method)
                    COMPREPLY=($(compgen -W "dr tun" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__reload)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__rs)
            opts="list clear set-weight drain disable enable add remove"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__rs__subcmd__add)
            opts="--in --weight"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --in)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --weight)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__rs__subcmd__clear)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__rs__subcmd__disable)
            opts="--in"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --in)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__rs__subcmd__drain)
            opts="--in"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --in)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__rs__subcmd__enable)
            opts="--in"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --in)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__rs__subcmd__list)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__rs__subcmd__remove)
            opts="--in"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --in)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__rs__subcmd__set__subcmd__weight)
            opts="--in"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --in)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__status)
            opts="--json"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        evenkeel__subcmd__switchover)
            opts="--force"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
    esac
}

if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -F _evenkeel -o nosort -o bashdefault -o default evenkeel
else
    complete -F _evenkeel -o bashdefault -o default evenkeel
fi
