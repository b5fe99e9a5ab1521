"""Take over modules of an snmp_exporter's ``snmp.yml`` as profiles."""
