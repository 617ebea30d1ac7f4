<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis styleCategories="Symbology" version="3.22">
 <pipe-data-defined-properties>
  <Option type="Map">
   <Option type="QString" name="name" value=""/>
   <Option name="properties"/>
   <Option type="QString" name="type" value="collection"/>
  </Option>
 </pipe-data-defined-properties>
 <pipe>
  <provider>
   <resampling enabled="false" zoomedInResamplingMethod="nearestNeighbour" zoomedOutResamplingMethod="nearestNeighbour" maxOversampling="2"/>
  </provider>
  <rasterrenderer type="singlebandpseudocolor" classificationMax="1" classificationMin="0" opacity="0.5" nodataColor="" alphaBand="-1" band="1">
   <minMaxOrigin>
    <limits>None</limits>
    <extent>WholeRaster</extent>
    <statAccuracy>Estimated</statAccuracy>
    <cumulativeCutLower>0.02</cumulativeCutLower>
    <cumulativeCutUpper>0.98</cumulativeCutUpper>
    <stdDevFactor>2</stdDevFactor>
   </minMaxOrigin>
   <rastershader>
    <colorrampshader colorRampType="INTERPOLATED" clip="0" minimumValue="0" maximumValue="1" classificationMode="1" labelPrecision="2">
     <colorramp type="gradient" name="[source]">
      <Option type="Map">
       <Option type="QString" name="color1" value="13,8,135,0"/>
       <Option type="QString" name="color2" value="240,249,33,255"/>
       <Option type="QString" name="discrete" value="0"/>
       <Option type="QString" name="rampType" value="gradient"/>
       <Option type="QString" name="stops" value="0.05;43,5,148,26:0.1;66,4,157,51:0.15;86,1,164,77:0.2;107,0,168,102:0.25;126,3,168,128:0.3;144,13,163,153:0.35;161,28,155,179:0.4;176,42,144,204:0.45;191,57,132,230:0.5;203,71,120,255:0.55;214,85,109,255:0.6;224,100,98,255:0.65;234,115,86,255:0.7;242,131,76,255:0.75;248,149,65,255:0.8;252,167,54,255:0.85;254,185,44,255:0.9;252,205,37,255:0.95;247,227,37,255"/>
      </Option>
      <prop v="13,8,135,0" k="color1"/>
      <prop v="240,249,33,255" k="color2"/>
      <prop v="0" k="discrete"/>
      <prop v="gradient" k="rampType"/>
      <prop v="0.05;43,5,148,26:0.1;66,4,157,51:0.15;86,1,164,77:0.2;107,0,168,102:0.25;126,3,168,128:0.3;144,13,163,153:0.35;161,28,155,179:0.4;176,42,144,204:0.45;191,57,132,230:0.5;203,71,120,255:0.55;214,85,109,255:0.6;224,100,98,255:0.65;234,115,86,255:0.7;242,131,76,255:0.75;248,149,65,255:0.8;252,167,54,255:0.85;254,185,44,255:0.9;252,205,37,255:0.95;247,227,37,255" k="stops"/>
     </colorramp>
     <item color="#0d0887" label="0" alpha="0" value="0"/>
     <item color="#2b0594" label="0.05" alpha="26" value="0.05"/>
     <item color="#42049d" label="0.1" alpha="51" value="0.1"/>
     <item color="#5601a4" label="0.15" alpha="77" value="0.15"/>
     <item color="#6b00a8" label="0.2" alpha="102" value="0.2"/>
     <item color="#7e03a8" label="0.25" alpha="128" value="0.25"/>
     <item color="#900da3" label="0.3" alpha="153" value="0.3"/>
     <item color="#a11c9b" label="0.35" alpha="179" value="0.35"/>
     <item color="#b02a90" label="0.4" alpha="204" value="0.4"/>
     <item color="#bf3984" label="0.45" alpha="230" value="0.45"/>
     <item color="#cb4778" label="0.5" alpha="255" value="0.5"/>
     <item color="#d6556d" label="0.55" alpha="255" value="0.55"/>
     <item color="#e06462" label="0.6" alpha="255" value="0.6"/>
     <item color="#ea7356" label="0.65" alpha="255" value="0.65"/>
     <item color="#f2834c" label="0.7" alpha="255" value="0.7"/>
     <item color="#f89541" label="0.75" alpha="255" value="0.75"/>
     <item color="#fca736" label="0.8" alpha="255" value="0.8"/>
     <item color="#feb92c" label="0.85" alpha="255" value="0.85"/>
     <item color="#fccd25" label="0.9" alpha="255" value="0.9"/>
     <item color="#f7e325" label="0.95" alpha="255" value="0.95"/>
     <item color="#f0f921" label="1" alpha="255" value="1"/>
     <rampLegendSettings minimumLabel="" direction="0" orientation="2" prefix="" maximumLabel="" suffix="" useContinuousLegend="1">
      <numericFormat id="basic">
       <Option type="Map">
        <Option type="QChar" name="decimal_separator" value=""/>
        <Option type="int" name="decimals" value="2"/>
        <Option type="int" name="rounding_type" value="0"/>
        <Option type="bool" name="show_plus" value="false"/>
        <Option type="bool" name="show_thousand_separator" value="true"/>
        <Option type="bool" name="show_trailing_zeros" value="false"/>
        <Option type="QChar" name="thousand_separator" value=""/>
       </Option>
      </numericFormat>
     </rampLegendSettings>
    </colorrampshader>
   </rastershader>
  </rasterrenderer>
  <brightnesscontrast contrast="0" gamma="1" brightness="0"/>
  <huesaturation grayscaleMode="0" colorizeStrength="100" invertColors="0" colorizeBlue="128" colorizeOn="0" colorizeRed="255" colorizeGreen="128" saturation="0"/>
  <rasterresampler maxOversampling="2"/>
  <resamplingStage>resamplingFilter</resamplingStage>
 </pipe>
 <blendMode>0</blendMode>
</qgis>
